// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/icmp.hpp"

#include "framework/packet/arithmetic.hpp"
#include "framework/packet/checksum.hpp"

namespace refrag::packet {

std::optional<Echo> parse_echo(View message) {
  if (message.size() < icmp_echo_header || message[1] != 0) return std::nullopt;
  const auto kind = static_cast<EchoKind>(message[0]);
  if (kind != EchoKind::reply && kind != EchoKind::request) return std::nullopt;
  return Echo{kind, load16(message, 4), load16(message, 6), message.subspan(icmp_echo_header),
              checksum(message) == 0};
}

Bytes echo_message(const Echo& echo) {
  Bytes message;
  message.reserve(icmp_echo_header + echo.payload.size());
  message.push_back(static_cast<std::uint8_t>(echo.kind));
  message.push_back(0);
  append16(message, 0);
  append16(message, echo.ident);
  append16(message, echo.sequence);
  append(message, echo.payload);
  const auto sum = checksum(message);
  message[2] = static_cast<std::uint8_t>(sum >> 8);
  message[3] = static_cast<std::uint8_t>(sum);
  return message;
}

}  // namespace refrag::packet
