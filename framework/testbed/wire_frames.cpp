// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_frames.hpp"

#include <algorithm>

#include "framework/packet/checksum.hpp"
#include "framework/packet/compose.hpp"

namespace refrag::testbed {

using namespace packet;

namespace {

constexpr std::uint16_t id_bits = 0x0fff;
constexpr std::array<std::uint8_t, 4> prefix = {0xfd, 0x72, 0x65, 0x66};
constexpr std::size_t checksum_in_icmp = 2, checksum_in_udp = 6;

// RFC 791's pseudo header has the same contents as RFC 8200's, the addresses' size aside.
std::uint16_t pseudo_checksum(Ipv4Address from, Ipv4Address to, View message,
                              const Dialect& dialect) {
  const auto protocol = dialect.udp ? udp_protocol : icmpv6_protocol;
  if (dialect.family == Family::ipv6) {
    return checksum(Ipv6Header{.from = to_ipv6(from), .to = to_ipv6(to), .protocol = protocol},
                    message);
  }
  Bytes bytes;
  append32(bytes, from.value);
  append32(bytes, to.value);
  append16(bytes, protocol);
  append16(bytes, static_cast<std::uint16_t>(message.size()));
  append(bytes, message);
  return checksum(bytes);
}

void put16(Bytes& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<std::uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<std::uint8_t>(value);
}

Bytes udp_message(const Echo& echo) {
  const bool is_request = echo.kind == EchoKind::request;
  Bytes message;
  message.reserve(icmp_echo_header + echo.payload.size());
  append16(message, is_request ? echo.ident : echo.sequence);
  append16(message, is_request ? echo.sequence : echo.ident);
  append16(message, static_cast<std::uint16_t>(icmp_echo_header + echo.payload.size()));
  append16(message, 0);
  append(message, echo.payload);
  return message;
}

std::optional<Echo> udp_echo(View message) {
  if (message.size() < icmp_echo_header || load16(message, 4) != message.size()) {
    return std::nullopt;
  }
  const auto from = load16(message, 0), to = load16(message, 2);
  const bool is_request = from >= first_udp_ident;
  if (is_request == (to >= first_udp_ident)) return std::nullopt;
  return Echo{is_request ? EchoKind::request : EchoKind::reply, is_request ? from : to,
              is_request ? to : from, message.subspan(icmp_echo_header)};
}

std::optional<Echo> icmpv6_echo(View message) {
  if (message.size() < icmp_echo_header || message[1] != 0) return std::nullopt;
  if (message[0] != echo_request_v6 && message[0] != echo_reply_v6) return std::nullopt;
  return Echo{message[0] == echo_request_v6 ? EchoKind::request : EchoKind::reply,
              load16(message, 4), load16(message, 6), message.subspan(icmp_echo_header)};
}

Ipv6Header to_ipv6(const Ipv4Header& header) {
  return {.from = testbed::to_ipv6(header.from),
          .to = testbed::to_ipv6(header.to),
          .service = header.service,
          .hop_limit = header.ttl,
          .protocol = header.protocol == icmp_protocol ? icmpv6_protocol : header.protocol};
}

}  // namespace

bool is_same_network(const Link& link, const Wrapping& wrapping) {
  const auto ids = [](const std::vector<Tag>& tags) {
    std::vector<Tag> networks;
    for (const auto& tag : tags) {
      const auto id = static_cast<std::uint16_t>(tag.control & id_bits);
      if (id != 0) networks.push_back({tag.type, id});
    }
    return networks;
  };
  return link.session == wrapping.session && ids(link.tags) == ids(wrapping.tags);
}

Ipv6Address to_ipv6(Ipv4Address address) {
  Ipv6Address whole;
  std::ranges::copy(prefix, whole.octets.begin());
  for (std::size_t i = 0; i < 4; ++i) {
    whole.octets[12 + i] = static_cast<std::uint8_t>(address.value >> (24 - 8 * i));
  }
  return whole;
}

std::optional<Ipv4Address> to_ipv4(const Ipv6Address& address) {
  const Ipv4Address inner{load32(address.octets, 12)};
  return to_ipv6(inner) == address ? std::optional(inner) : std::nullopt;
}

Bytes message_of(const Echo& echo, Ipv4Address from, Ipv4Address to, const Dialect& dialect) {
  if (!dialect.udp && dialect.family == Family::ipv4) return echo_message(echo);
  auto message = dialect.udp ? udp_message(echo) : echo_message(echo);
  const auto at = dialect.udp ? checksum_in_udp : checksum_in_icmp;
  if (!dialect.udp) {
    message[0] = echo.kind == EchoKind::request ? echo_request_v6 : echo_reply_v6;
    put16(message, at, 0);
  }
  const auto sum = pseudo_checksum(from, to, message, dialect);
  put16(message, at, dialect.udp && sum == 0 ? 0xffff : sum);
  return message;
}

std::optional<Echo> echo_in(View message, const Ipv4Header& header, const Dialect& dialect) {
  if (header.protocol != (dialect.udp ? udp_protocol : icmp_protocol)) return std::nullopt;
  if (!dialect.udp && dialect.family == Family::ipv4) return parse_echo(message);
  auto echo = dialect.udp ? udp_echo(message) : icmpv6_echo(message);
  if (echo) echo->checksum_ok = pseudo_checksum(header.from, header.to, message, dialect) == 0;
  return echo;
}

std::vector<Bytes> frames_of(const Link& link, const Ipv4Header& header, View message, int mtu,
                             Family family) {
  const Composition whole{.link = link,
                          .family = family,
                          .v4 = header,
                          .v6 = to_ipv6(header),
                          .v6_id = header.id,
                          .payload = {message.begin(), message.end()}};
  return compose(whole, cuts_for(whole, mtu));
}

std::optional<Ipv4Packet> packet_in(View payload, Family family) {
  if (family == Family::ipv4) return parse_ipv4(payload);
  const auto packet = parse_ipv6(payload);
  if (!packet) return std::nullopt;
  const auto from = to_ipv4(packet->header.from), to = to_ipv4(packet->header.to);
  if (!from || !to) return std::nullopt;
  Ipv4Header header{.from = *from,
                    .to = *to,
                    .service = packet->header.service,
                    .ttl = packet->header.hop_limit,
                    .protocol = packet->header.protocol};
  if (header.protocol == icmpv6_protocol) header.protocol = icmp_protocol;
  if (const auto& fragment = packet->header.fragment) {
    header.id = static_cast<std::uint16_t>(fragment->id);
    header.more_fragments = fragment->more;
    header.offset = fragment->offset;
  }
  return Ipv4Packet{
      .header = header, .payload = packet->payload, .length = packet->length, .checksum_ok = true};
}

}  // namespace refrag::testbed
