// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/nftables.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>
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

constexpr std::string_view kChainForward = "forward";
constexpr std::string_view kChainPrerouting = "prerouting";
constexpr std::string_view kTablePrefix = "refrag-";
constexpr agent::Micros kPatience = 5'000'000;
constexpr std::uint32_t kSequence = 1;
constexpr int kRawPriority = -300;
constexpr int kBridgeFilterPriority = -200;  // NF_BR_PRI_FILTER_BRIDGED, nft's "filter"

// NF_CT_STATE_BIT of established, related and new (linux/netfilter/nf_conntrack_common.h).
constexpr std::uint32_t kAccepted = 2 | 4 | 8;

enum Does : unsigned { kCounts = 1, kAsksState = 2, kAccepts = 4, kDrops = 8, kUntracks = 16 };

struct Chain {
  std::string_view name;
  std::uint32_t hook;
  int priority;
  unsigned does;  // its one rule
};
constexpr Chain kStateful = {kChainForward, NF_INET_FORWARD, 0, kCounts | kAsksState | kAccepts};
// What br_netfilter shows to iptables passes by the bridge's own chains of priority 0.
constexpr Chain kBridged = {kChainForward, NF_INET_FORWARD, kBridgeFilterPriority,
                            kCounts | kAsksState | kAccepts};
constexpr Chain kUntracked = {kChainPrerouting, NF_INET_PRE_ROUTING, kRawPriority, kUntracks};
constexpr Chain kAccepting = {kChainForward, NF_INET_FORWARD, 0, kCounts | kAccepts};
constexpr Chain kDropping = {kChainForward, NF_INET_FORWARD, 0, kCounts | kDrops};

struct RuleSet {
  std::string_view name;
  std::vector<std::uint8_t> families;
  std::vector<Chain> chains;  // of each family's table
};

const std::vector<RuleSet>& rule_sets() {
  static const std::vector<std::uint8_t> both = {NFPROTO_IPV4, NFPROTO_IPV6};
  static const std::vector<RuleSet> sets = {
      {kNoRules, {}, {}},
      {kConntrackRules, both, {kStateful}},
      {"notrack", both, {kUntracked, kStateful}},
      {"accept", both, {kAccepting}},
      {"drop", both, {kDropping}},
      {"bridge-conntrack", {NFPROTO_BRIDGE}, {kBridged}},
  };
  return sets;
}

std::string table_of(std::string_view set) { return std::string(kTablePrefix) += set; }

constexpr std::uint16_t nft(int message) {
  return static_cast<std::uint16_t>(NFNL_SUBSYS_NFTABLES << 8 | message);
}

NetlinkRequest request(std::uint8_t family, std::uint16_t type, std::uint16_t flags) {
  return {type, flags, nfgenmsg{family, NFNETLINK_V0, 0}};
}

// Ends with a zero byte.
void add_text(NetlinkRequest& message, std::uint16_t type, std::string_view text) {
  message.add(type, std::string_view(std::string(text).c_str(), text.size() + 1));
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

NetlinkRequest new_table(std::uint8_t family, std::string_view table) {
  auto message = request(family, nft(NFT_MSG_NEWTABLE), NLM_F_CREATE | NLM_F_ACK);
  add_text(message, NFTA_TABLE_NAME, table);
  return message;
}

NetlinkRequest new_chain(std::uint8_t family, std::string_view table, const Chain& chain) {
  auto message = request(family, nft(NFT_MSG_NEWCHAIN), NLM_F_CREATE | NLM_F_ACK);
  add_text(message, NFTA_CHAIN_TABLE, table);
  add_text(message, NFTA_CHAIN_NAME, chain.name);
  nest(message, NFTA_CHAIN_HOOK, [&] {
    add(message, NFTA_HOOK_HOOKNUM, chain.hook);
    add(message, NFTA_HOOK_PRIORITY, static_cast<std::uint32_t>(chain.priority));
  });
  add_text(message, NFTA_CHAIN_TYPE, "filter");
  return message;
}

// Goes on only with a state that is accepted.
void ask_state(NetlinkRequest& message) {
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
}

void decide(NetlinkRequest& message, std::uint32_t verdict) {
  expression(message, "immediate", [&] {
    add(message, NFTA_IMMEDIATE_DREG, NFT_REG_VERDICT);
    nest(message, NFTA_IMMEDIATE_DATA, [&] {
      nest(message, NFTA_DATA_VERDICT, [&] { add(message, NFTA_VERDICT_CODE, verdict); });
    });
  });
}

NetlinkRequest new_rule(std::uint8_t family, std::string_view table, const Chain& chain) {
  auto message = request(family, nft(NFT_MSG_NEWRULE), NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK);
  add_text(message, NFTA_RULE_TABLE, table);
  add_text(message, NFTA_RULE_CHAIN, chain.name);
  nest(message, NFTA_RULE_EXPRESSIONS, [&] {
    if (chain.does & kCounts) expression(message, "counter", [] {});
    if (chain.does & kUntracks) expression(message, "notrack", [] {});
    if (chain.does & kAsksState) ask_state(message);
    if (chain.does & kAccepts) decide(message, NF_ACCEPT);
    if (chain.does & kDrops) decide(message, NF_DROP);
  });
  return message;
}

NetlinkRequest delete_table(std::uint8_t family, std::string_view table) {
  auto message = request(family, nft(NFT_MSG_DELTABLE), NLM_F_ACK);
  add_text(message, NFTA_TABLE_NAME, table);
  return message;
}

NetlinkRequest get_rules() { return request(AF_UNSPEC, nft(NFT_MSG_GETRULE), NLM_F_DUMP); }

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

  struct Message {
    int type;  // errors of acknowledgements as negative numbers, 0 for success
    NetlinkMessage body;
  };

  // The next messages; they stay until the next call.
  std::vector<Message> receive() {
    if (!agent::wait_readable(socket_.get(), kPatience)) return {{-ETIMEDOUT, NetlinkMessage({})}};
    const auto got = recv(socket_.get(), buffer_, sizeof buffer_, 0);
    if (got <= 0) return {{-errno, NetlinkMessage({})}};
    std::vector<Message> messages;
    auto left = static_cast<unsigned>(got);
    for (auto* head = reinterpret_cast<nlmsghdr*>(buffer_); NLMSG_OK(head, left);
         head = NLMSG_NEXT(head, left)) {
      const bool is_error = head->nlmsg_type == NLMSG_ERROR;
      const std::string_view body(static_cast<const char*>(NLMSG_DATA(head)),
                                  head->nlmsg_len - NLMSG_HDRLEN);
      messages.push_back(
          {is_error ? static_cast<nlmsgerr*>(NLMSG_DATA(head))->error : head->nlmsg_type,
           NetlinkMessage(body)});
    }
    return messages;
  }

 private:
  Fd socket_;
  alignas(nlmsghdr) char buffer_[16384];
};

// 0 or an errno.
int run_batch(const std::vector<NetlinkRequest>& messages) {
  auto bytes = bytes_of(edge(NFNL_MSG_BATCH_BEGIN));
  for (const auto& message : messages) bytes += bytes_of(message);
  bytes += bytes_of(edge(NFNL_MSG_BATCH_END));
  Netfilter netfilter;
  if (!netfilter.send(bytes)) return errno;
  for (std::size_t done = 0; done < messages.size();) {
    for (const auto& message : netfilter.receive()) {
      if (message.type < 0) return -message.type;
      ++done;
    }
  }
  return 0;
}

// A rule of ours that is there.
struct Rule {
  std::uint8_t family = 0;
  std::string table;
  std::uint64_t packets = 0;  // that its counter has seen
};

// The value of a counter among a rule's expressions: an element's name, then its own attributes.
std::uint64_t packets_in(std::string_view expressions) {
  const auto element = NetlinkMessage(expressions).attribute(0, NFTA_LIST_ELEM);
  const NetlinkMessage first(element);
  const auto name = first.attribute(0, NFTA_EXPR_NAME);
  if (name.substr(0, name.find('\0')) != "counter") return 0;
  const NetlinkMessage counter(first.attribute(0, NFTA_EXPR_DATA));
  const auto packets = counter.attribute(0, NFTA_COUNTER_PACKETS);
  std::uint64_t value = 0;
  for (const char byte : packets) value = value << 8 | static_cast<unsigned char>(byte);
  return value;
}

std::vector<Rule> rules_there() {
  Netfilter netfilter;
  std::vector<Rule> rules;
  if (!netfilter.send(bytes_of(get_rules()))) return rules;
  for (;;) {
    for (const auto& [type, body] : netfilter.receive()) {
      if (type < 0 || type == NLMSG_DONE) return rules;
      if (type != nft(NFT_MSG_NEWRULE)) continue;
      const auto table = body.attribute(sizeof(nfgenmsg), NFTA_RULE_TABLE);
      if (!table.starts_with(kTablePrefix)) continue;
      rules.push_back({body.header<nfgenmsg>().nfgen_family,
                       std::string(table.substr(0, table.find('\0'))),
                       packets_in(body.attribute(sizeof(nfgenmsg), NFTA_RULE_EXPRESSIONS))});
    }
  }
}

std::vector<NetlinkRequest> making(const RuleSet& set) {
  std::vector<NetlinkRequest> messages;
  const auto table = table_of(set.name);
  for (const auto family : set.families) {
    messages.push_back(new_table(family, table));
    for (const auto& chain : set.chains) {
      messages.push_back(new_chain(family, table, chain));
      messages.push_back(new_rule(family, table, chain));
    }
  }
  return messages;
}

std::vector<NetlinkRequest> deleting(const std::vector<Rule>& rules) {
  std::vector<NetlinkRequest> messages;
  std::vector<std::pair<std::uint8_t, std::string>> tables;
  for (const auto& rule : rules) {
    if (std::ranges::count(tables, std::pair(rule.family, rule.table)) > 0) continue;
    tables.emplace_back(rule.family, rule.table);
    messages.push_back(delete_table(rule.family, rule.table));
  }
  return messages;
}

}  // namespace

Problem set_rules(const std::string& name) {
  for (const auto& set : rule_sets()) {
    if (set.name != name) continue;
    auto messages = deleting(rules_there());
    for (auto& message : making(set)) messages.push_back(std::move(message));
    const int error = messages.empty() ? 0 : run_batch(messages);
    return error == 0 ? Problem() : problem("setting the rules " + name, error);
  }
  return "there is no set of rules " + name;
}

std::string rules_in_force() {
  const auto rules = rules_there();
  if (rules.empty()) return kNoRules;
  for (const auto& set : rule_sets()) {
    const auto is_of_it = [&](const Rule& rule) {
      return rule.table == table_of(set.name) && std::ranges::count(set.families, rule.family) > 0;
    };
    if (rules.size() == set.families.size() * set.chains.size() &&
        std::ranges::all_of(rules, is_of_it)) {
      return std::string(set.name);
    }
  }
  return "other";
}

Forwarded forwarded() {
  Forwarded sum;
  for (const auto& rule : rules_there()) {
    (rule.family == NFPROTO_IPV4   ? sum.ip
     : rule.family == NFPROTO_IPV6 ? sum.ip6
                                   : sum.bridge) += rule.packets;
  }
  return sum;
}

}  // namespace refrag::wire
