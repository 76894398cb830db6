// SPDX-License-Identifier: GPL-2.0-or-later
// What an echo carries. Every byte follows from (seed, sequence, size), so whoever receives it can
// tell truncated, altered, swapped or stale bytes from the right ones without having kept them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace refrag::protocol {

inline constexpr std::size_t kMaxEcho = 65507;  // bytes of payload: 65535 - IPv4 20 - ICMP 8

std::string echo_payload(std::uint32_t seed, std::uint16_t sequence, std::size_t size);

// Whether these are all the bytes of the echo with that seed, sequence, and their own size.
bool is_echo_payload(std::string_view bytes, std::uint32_t seed, std::uint16_t sequence);

}  // namespace refrag::protocol
