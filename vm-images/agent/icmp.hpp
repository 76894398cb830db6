// SPDX-License-Identifier: GPL-2.0-or-later
// ICMP echoes as bytes. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrag::agent {

enum class EchoType : std::uint8_t { reply = 0, request = 8 };

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

// The echo in a packet as a raw socket gives it: IPv4 header and all.
std::optional<Echo> find_echo(std::string_view packet, EchoType type) noexcept;

}  // namespace refrag::agent
