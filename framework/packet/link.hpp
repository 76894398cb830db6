// SPDX-License-Identifier: GPL-2.0-or-later
// All that can be around an IP packet in an Ethernet frame: addresses, any number of tags
// (802.1Q, 802.1ad, both), a PPPoE session (RFC 2516). Endpoints, which know at most one tag, use
// ethernet.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/packet/ethernet.hpp"

namespace refrag::packet {

namespace ether_type {
inline constexpr std::uint16_t ipv6 = 0x86dd;
inline constexpr std::uint16_t service_vlan = 0x88a8;  // 802.1ad's outer tag
inline constexpr std::uint16_t pppoe_session = 0x8864;
}  // namespace ether_type

inline constexpr std::size_t pppoe_headers = 8;  // PPPoE's six bytes and PPP's protocol

struct Tag {
  std::uint16_t type = ether_type::vlan;
  std::uint16_t control = 0;  // priority, DEI, VLAN id; id 0 is a priority tag

  auto operator<=>(const Tag&) const = default;
};

struct Link {
  Mac to = {};
  Mac from = {};
  std::vector<Tag> tags = {};                 // outermost first
  std::optional<std::uint16_t> session = {};  // PPPoE's, with IP in it
  std::uint16_t type = ether_type::ipv4;      // of what is in all that; PPP's as Ethernet's

  // Bytes between the Ethernet header and what is inside.
  std::size_t overhead() const;
  auto operator<=>(const Link&) const = default;
};

struct LinkFrame {
  Link link;
  View payload;                           // with the padding, if there is any
  std::optional<std::size_t> pppoe = {};  // bytes of the packet inside, as PPPoE's header says
};

// Nothing where a header is cut short. A PPPoE session with something else than IP in it is not
// looked into: it is a frame of type pppoe_session.
std::optional<LinkFrame> parse_link(View frame);

// For that many bytes of payload behind it, which only PPPoE wants to know.
void append_link(Bytes& frame, const Link& link, std::size_t payload_size);

std::string to_text(const Mac& mac);               // "02:72:66:00:00:0a"
std::optional<Mac> to_mac(std::string_view text);  // nothing for any other text
std::string tags_text(const Link& link);  // "vlan 3", "802.1ad 7 vlan 3 PPPoE 17", "untagged"

}  // namespace refrag::packet
