// SPDX-License-Identifier: GPL-2.0-or-later
// IP packets in the frames of a PPPoE session (RFC 2516), as one of its two ends puts them in and
// takes them out. Pure.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace refrag::agent {

using MacBytes = std::array<std::uint8_t, 6>;

// "02:72:66:00:00:0a"
std::optional<MacBytes> parse_mac(std::string_view text);

struct PppoeEnds {
  MacBytes own = {};
  MacBytes peer = {};
  std::uint16_t id = 0;  // the session's
};

inline constexpr std::uint16_t kPppoeType = 0x8864;  // Ethernet's, of a session's frames
inline constexpr std::size_t kPppoeHeaders = 8;      // of the card's MTU: PPPoE's and PPP's

// The frame for a packet; empty for what is neither IPv4 nor IPv6.
std::string pppoe_frame(const PppoeEnds& ends, std::string_view packet);

// The packet in a frame of the session from its peer, as Linux's own PPPoE takes it: PPPoE's length
// counts; what is behind it is cut off, and a frame that is shorter has none. Empty for any other
// frame.
std::string_view packet_in(const PppoeEnds& ends, std::string_view frame);

}  // namespace refrag::agent
