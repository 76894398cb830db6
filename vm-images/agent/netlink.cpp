// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/netlink.hpp"

#include <algorithm>
#include <cerrno>
#include <vector>

#include <sys/socket.h>

namespace refrag::agent {
namespace {

constexpr std::size_t kAlign = 4;
constexpr Micros kPatience = 2'000'000;

std::size_t aligned(std::size_t size) { return (size + kAlign - 1) & ~(kAlign - 1); }

template <class T>
T read_as(std::string_view bytes) {
  T value{};
  std::memcpy(&value, bytes.data(), std::min(sizeof value, bytes.size()));
  return value;
}

}  // namespace

void NetlinkRequest::append(const void* bytes, std::size_t size) {
  body_.append(static_cast<const char*>(bytes), size);
  body_.resize(aligned(body_.size()));
}

void NetlinkRequest::add(std::uint16_t type, std::string_view value) {
  const rtattr head{static_cast<unsigned short>(sizeof(rtattr) + value.size()), type};
  append(&head, sizeof head);
  append(value.data(), value.size());
}

std::size_t NetlinkRequest::begin(std::uint16_t type) {
  const auto at = body_.size();
  add(type, std::string_view());
  return at;
}

void NetlinkRequest::end(std::size_t begun) {
  const auto length = static_cast<unsigned short>(body_.size() - begun);
  std::memcpy(body_.data() + begun, &length, sizeof length);
}

std::string_view NetlinkMessage::attribute(std::size_t header_size, std::uint16_t type) const {
  auto rest = body_.substr(std::min(aligned(header_size), body_.size()));
  while (rest.size() >= sizeof(rtattr)) {
    const auto head = read_as<rtattr>(rest);
    if (head.rta_len < sizeof(rtattr) || head.rta_len > rest.size()) break;
    if ((head.rta_type & NLA_TYPE_MASK) == type)
      return rest.substr(sizeof head, head.rta_len - sizeof head);
    rest.remove_prefix(std::min(aligned(head.rta_len), rest.size()));
  }
  return {};
}

Problem Netlink::open() {
  socket_ = Fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
  return socket_ ? Problem() : problem("opening rtnetlink");
}

int Netlink::ask(const NetlinkRequest& request) {
  return exchange(request, NLM_F_ACK, [](NetlinkMessage) {});
}

int Netlink::dump(const NetlinkRequest& request, const std::function<void(NetlinkMessage)>& each) {
  return exchange(request, NLM_F_DUMP, each);
}

int Netlink::exchange(const NetlinkRequest& request, std::uint16_t flags,
                      const std::function<void(NetlinkMessage)>& each) {
  nlmsghdr head{};
  head.nlmsg_len = static_cast<std::uint32_t>(sizeof head + request.body().size());
  head.nlmsg_type = request.type();
  head.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags | request.flags());
  head.nlmsg_seq = ++sequence_;
  std::string message(reinterpret_cast<const char*>(&head), sizeof head);
  message += request.body();
  if (send(socket_.get(), message.data(), message.size(), 0) < 0) return errno;

  const Micros until = now() + kPatience;
  for (bool done = false; now() < until;) {
    if (!wait_readable(socket_.get(), until - now())) break;
    const int error = receive(each, done);
    if (error != 0 || done) return error;
  }
  return ETIMEDOUT;
}

// One datagram, which holds one or more messages.
int Netlink::receive(const std::function<void(NetlinkMessage)>& each, bool& done) {
  std::vector<char> buffer(1 << 16);
  const auto got = recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (got < 0) return errno == EINTR || errno == EAGAIN ? 0 : errno;
  std::string_view rest(buffer.data(), static_cast<std::size_t>(got));
  while (rest.size() >= sizeof(nlmsghdr) && !done) {
    const auto head = read_as<nlmsghdr>(rest);
    if (head.nlmsg_len < sizeof head || head.nlmsg_len > rest.size()) return EBADMSG;
    const auto body = rest.substr(sizeof head, head.nlmsg_len - sizeof head);
    rest.remove_prefix(std::min(aligned(head.nlmsg_len), rest.size()));
    if (head.nlmsg_seq != sequence_) continue;  // the end of what was given up before
    done = head.nlmsg_type == NLMSG_DONE || head.nlmsg_type == NLMSG_ERROR;
    if (head.nlmsg_type == NLMSG_ERROR) return -read_as<nlmsgerr>(body).error;
    if (!done) each(NetlinkMessage(body));
  }
  return 0;
}

}  // namespace refrag::agent
