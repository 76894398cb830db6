// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/echo_socket.hpp"

#include <cerrno>
#include <utility>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "framework/protocol/sweep.hpp"

namespace refrag::agent {
namespace {

constexpr int kIcmpFilter = 1;    // <linux/icmp.h>: a mask of the types that are not wanted
constexpr int kBuffer = 8 << 20;  // holds a whole sweep, should somebody be kept from work
constexpr std::size_t kLargest = 1 << 16;
constexpr int kUdpChecksum = 6;  // where it is in a message

bool set_option(const Fd& socket, int level, int name, int value) {
  return setsockopt(socket.get(), level, name, &value, sizeof value) == 0;
}

}  // namespace

Problem EchoSocket::open(EchoType type, const std::string& address, const std::string& device,
                         bool udp) {
  type_ = type;
  is_udp_ = udp;
  is_ipv6_ = address.find(':') != address.npos;
  const int icmp = is_ipv6_ ? int{IPPROTO_ICMPV6} : int{IPPROTO_ICMP};
  socket_ = Fd(socket(is_ipv6_ ? AF_INET6 : AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
                      udp ? int{IPPROTO_UDP} : icmp));
  if (!socket_) return problem("opening a raw socket");
  buffer_.resize(kLargest);
  for (const auto& [forced, asked] :
       {std::pair(SO_RCVBUFFORCE, SO_RCVBUF), std::pair(SO_SNDBUFFORCE, SO_SNDBUF)}) {
    if (!set_option(socket_, SOL_SOCKET, forced, kBuffer)) {
      set_option(socket_, SOL_SOCKET, asked, kBuffer);
    }
  }
  if (auto failed = filter(); !failed.empty()) return failed;
  return aim(address, device);
}

// Of UDP all comes; the kernel sees to the checksum of what has no IPv4 header.
Problem EchoSocket::filter() {
  if (is_udp_) {
    const bool is_set = !is_ipv6_ || set_option(socket_, IPPROTO_IPV6, IPV6_CHECKSUM, kUdpChecksum);
    return is_set ? Problem() : problem("asking for checksums of UDP");
  }
  if (!is_ipv6_) {
    const bool is_set = set_option(socket_, SOL_RAW, kIcmpFilter, ~(1 << static_cast<int>(type_)));
    return is_set ? Problem() : problem("filtering ICMP types");
  }
  icmp6_filter wanted;
  ICMP6_FILTER_SETBLOCKALL(&wanted);
  ICMP6_FILTER_SETPASS(number_in_ipv6(type_), &wanted);
  const int done = setsockopt(socket_.get(), IPPROTO_ICMPV6, ICMP6_FILTER, &wanted, sizeof wanted);
  return done == 0 ? Problem() : problem("filtering ICMPv6 types");
}

Problem EchoSocket::aim(const std::string& address, const std::string& device) {
  if (device != protocol::kAnyDevice &&
      setsockopt(socket_.get(), SOL_SOCKET, SO_BINDTODEVICE, device.c_str(),
                 static_cast<socklen_t>(device.size() + 1)) != 0) {
    return problem("binding to " + device);
  }
  sockaddr_in to{};
  sockaddr_in6 to6{};
  to.sin_family = AF_INET;
  to6.sin6_family = AF_INET6;
  const bool is_address = is_ipv6_ ? inet_pton(AF_INET6, address.c_str(), &to6.sin6_addr) == 1
                                   : inet_pton(AF_INET, address.c_str(), &to.sin_addr) == 1;
  if (!is_address) return "no address: " + address;
  const auto* const where =
      is_ipv6_ ? reinterpret_cast<const sockaddr*>(&to6) : reinterpret_cast<const sockaddr*>(&to);
  if (connect(socket_.get(), where, is_ipv6_ ? sizeof to6 : sizeof to) != 0) {
    return problem("aiming at " + address);
  }
  if (is_ipv6_) return {};
  sockaddr_in own{};
  socklen_t length = sizeof own;
  if (getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&own), &length) != 0) {
    return problem("asking for our address towards " + address);
  }
  own_.assign(reinterpret_cast<const char*>(&own.sin_addr), sizeof own.sin_addr);
  peer_.assign(reinterpret_cast<const char*>(&to.sin_addr), sizeof to.sin_addr);
  return {};
}

Problem EchoSocket::set_dont_fragment(bool on) {
  if (is_ipv6_) return on ? "fragments of IPv6 have no DF" : Problem();
  // PROBE sets DF and ignores what the kernel believes about the path; kernels before 2.6.22 lack
  // it.
  if (!on && set_option(socket_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT)) return {};
  if (on && set_option(socket_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_PROBE)) return {};
  if (on && set_option(socket_, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO)) return {};
  return problem("setting DF");
}

std::string EchoSocket::message_for(std::uint16_t ident, std::uint16_t sequence,
                                    std::string_view payload) const {
  const auto type = type_ == EchoType::reply ? EchoType::request : EchoType::reply;
  if (is_udp_) {
    return is_ipv6_ ? udp_message(type, ident, sequence, payload)
                    : udp_message_v4(type, ident, sequence, payload, own_, peer_);
  }
  return is_ipv6_ ? echo_message_v6(type, ident, sequence, payload)
                  : echo_message(type, ident, sequence, payload);
}

std::optional<Echo> EchoSocket::find_in(std::string_view packet) const {
  if (is_udp_) return is_ipv6_ ? find_udp_v6(packet, type_) : find_udp(packet, type_);
  return is_ipv6_ ? find_echo_v6(packet, type_) : find_echo(packet, type_);
}

int EchoSocket::send(std::uint16_t ident, std::uint16_t sequence, std::string_view payload) {
  const std::string message = message_for(ident, sequence, payload);
  int earlier = 0;  // what ICMP said about an earlier echo is not to be taken for this one
  socklen_t length = sizeof earlier;
  getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &earlier, &length);
  for (;;) {
    if (::send(socket_.get(), message.data(), message.size(), 0) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

std::optional<Echo> EchoSocket::receive() {
  // Errors that ICMP reported are queued among the packets; a poll comes back here in any case.
  for (int tries = 0; tries < 100; ++tries) {
    const auto got = recv(socket_.get(), buffer_.data(), buffer_.size(), 0);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (got < 0) continue;
    if (const auto echo = find_in({buffer_.data(), static_cast<std::size_t>(got)})) return echo;
  }
  return std::nullopt;
}

}  // namespace refrag::agent
