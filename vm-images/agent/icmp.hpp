// SPDX-License-Identifier: GPL-2.0-or-later
// Echoes of ICMP, of ICMPv6 and of UDP as bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrag::agent {

enum class EchoType : std::uint8_t { reply = 0, request = 8 };

// The same in ICMPv6.
constexpr std::uint8_t number_in_ipv6(EchoType type) { return type == EchoType::reply ? 129 : 128; }

struct Echo {
  EchoType type = EchoType::reply;
  std::uint16_t ident = 0;
  std::uint16_t sequence = 0;
  bool checksum_ok = false;
  std::string_view payload;  // into the packet it was found in
};

// RFC 1071, in the byte order it is stored with.
std::uint16_t internet_checksum(std::string_view bytes) noexcept;

// An ICMP message with its checksum, without an IP header.
std::string echo_message(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                         std::string_view payload);
// The same of ICMPv6, whose checksum is the kernel's business.
std::string echo_message_v6(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                            std::string_view payload);

// An echo of UDP, whose ports are its two numbers (protocol::kFirstUdpIdent); without a checksum.
std::string udp_message(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                        std::string_view payload);
// With one, for IPv4 between these addresses, 4 bytes each as they are in a header.
std::string udp_message_v4(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                           std::string_view payload, std::string_view from, std::string_view to);

// The echo in a packet as a raw socket gives it: IPv4 header and all.
std::optional<Echo> find_echo(std::string_view packet, EchoType type) noexcept;
// The same of an ICMPv6 message, which comes alone, and only with the right checksum.
std::optional<Echo> find_echo_v6(std::string_view message, EchoType type) noexcept;
// The same of UDP, of either family.
std::optional<Echo> find_udp(std::string_view packet, EchoType type);
std::optional<Echo> find_udp_v6(std::string_view message, EchoType type) noexcept;

}  // namespace refrag::agent
