// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP echoes (RFC 792).
#pragma once

#include <cstdint>
#include <optional>

#include "framework/packet/bytes.hpp"

namespace refrag::packet {

enum class EchoKind : std::uint8_t { reply = 0, request = 8 };

// The same in ICMPv6 (RFC 4443).
inline constexpr std::uint8_t echo_request_v6 = 128;
inline constexpr std::uint8_t echo_reply_v6 = 129;

struct Echo {
  EchoKind kind = EchoKind::request;
  std::uint16_t ident = 0;
  std::uint16_t sequence = 0;
  View payload = {};
  bool checksum_ok = true;  // of one that was read
};

// Nothing for any other ICMP message.
std::optional<Echo> parse_echo(View message);

// The message with its checksum, without an IP header.
Bytes echo_message(const Echo& echo);

}  // namespace refrag::packet
