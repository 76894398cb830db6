// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/nftables.hpp"

#include <cerrno>
#include <vector>

#include <arpa/inet.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <sys/socket.h>

#include "vm-images/agent/netlink.hpp"

namespace refrag::wire {
namespace {

using agent::Fd;
using agent::NetlinkMessage;
using agent::NetlinkRequest;
using agent::Problem;
using agent::problem;

constexpr std::string_view kTable("refrag\0", 7);
constexpr std::string_view kChain("forward\0", 8);
constexpr agent::Micros kPatience = 5'000'000;
constexpr std::uint32_t kSequence = 1;

// NF_CT_STATE_BIT of established, related and new (linux/netfilter/nf_conntrack_common.h).
constexpr std::uint32_t kAccepted = 2 | 4 | 8;

constexpr std::uint16_t nft(int message) {
  return static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | message);
}

NetlinkRequest request(std::uint16_t type, std::uint16_t flags) {
  return {type, flags, nfgenmsg{AF_INET, NFNETLINK_V0, 0}};
}

// A number goes in network order.
void add(NetlinkRequest& message, std::uint16_t type, std::uint32_t number) {
  message.add(type, static_cast<std::uint32_t>(htonl(number)));
}

template <class Fill>
void nest(NetlinkRequest& message, int type, Fill&& fill) {
  const auto begun = message.begin(static_cast<std::uint16_t>(type | NLA_F_NESTED));
  fill();
  message.end(begun);
}

template <class Fill>
void expression(NetlinkRequest& message, std::string_view name, Fill&& fill) {
  nest(message, NFTA_LIST_ELEM, [&] {
    message.add(NFTA_EXPR_NAME, std::string_view(name.data(), name.size() + 1));
    nest(message, NFTA_EXPR_DATA, fill);
  });
}

// What a register is compared with: four bytes as they are in memory.
void data(NetlinkRequest& message, int type, std::uint32_t value) {
  nest(message, type, [&] { message.add(NFTA_DATA_VALUE, value); });
}

NetlinkRequest new_table() {
  auto message = request(nft(NFT_MSG_NEWTABLE), NLM_F_CREATE | NLM_F_ACK);
  message.add(NFTA_TABLE_NAME, kTable);
  return message;
}

NetlinkRequest new_chain() {
  auto message = request(nft(NFT_MSG_NEWCHAIN), NLM_F_CREATE | NLM_F_ACK);
  message.add(NFTA_CHAIN_TABLE, kTable);
  message.add(NFTA_CHAIN_NAME, kChain);
  nest(message, NFTA_CHAIN_HOOK, [&] {
    add(message, NFTA_HOOK_HOOKNUM, NF_INET_FORWARD);
    add(message, NFTA_HOOK_PRIORITY, 0);
  });
  message.add(NFTA_CHAIN_TYPE, std::string_view("filter\0", 7));
  return message;
}

void add_expressions(NetlinkRequest& message) {
  expression(message, "ct", [&] {
    add(message, NFTA_CT_DREG, NFT_REG_1);
    add(message, NFTA_CT_KEY, NFT_CT_STATE);
  });
  expression(message, "bitwise", [&] {
    add(message, NFTA_BITWISE_SREG, NFT_REG_1);
    add(message, NFTA_BITWISE_DREG, NFT_REG_1);
    add(message, NFTA_BITWISE_LEN, sizeof kAccepted);
    data(message, NFTA_BITWISE_MASK, kAccepted);
    data(message, NFTA_BITWISE_XOR, 0);
  });
  expression(message, "cmp", [&] {
    add(message, NFTA_CMP_SREG, NFT_REG_1);
    add(message, NFTA_CMP_OP, NFT_CMP_NEQ);
    data(message, NFTA_CMP_DATA, 0);
  });
  expression(message, "immediate", [&] {
    add(message, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    nest(message, NFTA_IMMEDIATE_DATA, [&] {
      nest(message, NFTA_DATA_VERDICT, [&] { add(message, NFTA_VERDICT_CODE, NF_ACCEPT); });
    });
  });
}

NetlinkRequest new_rule() {
  auto message = request(nft(NFT_MSG_NEWRULE), NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK);
  message.add(NFTA_RULE_TABLE, kTable);
  message.add(NFTA_RULE_CHAIN, kChain);
  nest(message, NFTA_RULE_EXPRESSIONS, [&] { add_expressions(message); });
  return message;
}

NetlinkRequest delete_table() {
  auto message = request(nft(NFT_MSG_DELTABLE), NLM_F_ACK);
  message.add(NFTA_TABLE_NAME, kTable);
  return message;
}

NetlinkRequest get_rules() {
  auto message = request(nft(NFT_MSG_GETRULE), NLM_F_DUMP);
  message.add(NFTA_RULE_TABLE, kTable);
  message.add(NFTA_RULE_CHAIN, kChain);
  return message;
}

// Begins or ends a batch: all of it happens, or nothing.
NetlinkRequest edge(std::uint16_t type) {
  return {type, 0, nfgenmsg{AF_UNSPEC, NFNETLINK_V0, htons(NFNL_SUBSYS_NFTABLES)}};
}

std::string bytes_of(const NetlinkRequest& message) {
  nlmsghdr head{};
  head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + message.body().size());
  head.nlmsg_type = message.type();
  head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | message.flags());
  head.nlmsg_seq = kSequence;
  return std::string(reinterpret_cast<const char*>(&head), sizeof head) + message.body();
}

class Netfilter {
 public:
  Netfilter() : socket_(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER)) {}

  bool send(const std::string& bytes) {
    return ::send(socket_.get(), bytes.data(), bytes.size(), 0) ==
           static_cast<ssize_t>(bytes.size());
  }

  // The types of the next messages; errors of acknowledgements as negative numbers, 0 for success.
  std::vector<int> receive() {
    std::vector<int> types;
    if (!agent::wait_readable(socket_.get(), kPatience)) return {-ETIMEDOUT};
    alignas(nlmsghdr) char buffer[8192];
    const auto got = recv(socket_.get(), buffer, sizeof buffer, 0);
    if (got <= 0) return {-errno};
    auto left = static_cast<unsigned>(got);
    for (auto* head = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(head, left);
         head = NLMSG_NEXT(head, left)) {
      const bool is_error = head->nlmsg_type == NLMSG_ERROR;
      types.push_back(is_error ? static_cast<nlmsgerr*>(NLMSG_DATA(head))->error
                               : head->nlmsg_type);
    }
    return types;
  }

 private:
  Fd socket_;
};

// 0 or an errno.
int run_batch(const std::vector<NetlinkRequest>& messages) {
  auto bytes = bytes_of(edge(NFNL_MSG_BATCH_BEGIN));
  for (const auto& message : messages) bytes += bytes_of(message);
  bytes += bytes_of(edge(NFNL_MSG_BATCH_END));
  Netfilter netfilter;
  if (!netfilter.send(bytes)) return errno;
  for (std::size_t done = 0; done < messages.size();) {
    for (const int type : netfilter.receive()) {
      if (type < 0) return -type;
      ++done;
    }
  }
  return 0;
}

}  // namespace

Problem add_conntrack_rule() {
  if (has_conntrack_rule().value_or(false)) return {};
  const int error = run_batch({new_table(), new_chain(), new_rule()});
  return error == 0 ? Problem() : problem("adding the rule for connection tracking", error);
}

Problem remove_conntrack_rule() {
  const int error = run_batch({delete_table()});
  if (error == 0 || error == ENOENT) return {};
  return problem("removing the rule for connection tracking", error);
}

std::optional<bool> has_conntrack_rule() {
  Netfilter netfilter;
  if (!netfilter.send(bytes_of(get_rules()))) return std::nullopt;
  for (bool found = false;;) {
    for (const int type : netfilter.receive()) {
      if (type == -ENOENT || type == NLMSG_DONE) return found;
      if (type < 0) return std::nullopt;
      found |= type == nft(NFT_MSG_NEWRULE);
    }
  }
}

}  // namespace refrag::wire
