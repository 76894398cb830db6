// SPDX-License-Identifier: GPL-2.0-or-later
// Where the traffic of a tag goes between two guests: their devices and addresses. The VLAN of the
// founding report, 3, has the report's subnet, 11.11.4.0/24; every other tag has one of its own.
// Tags are as on the wire (verdict/wrapping.hpp); a PPPoE session is a device on the card, as a tag
// is.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "framework/packet/link.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

inline constexpr auto card = "eth0";

struct Path {
  std::vector<packet::Tag> tags;         // outermost first
  std::optional<std::uint16_t> session;  // PPPoE's, without tags
  // The card, then one for each tag, or the session's: "eth0", "eth0.3".
  std::vector<std::string> devices;
  int number = 0;       // another one for each tag, 0 for none
  std::string network;  // "11.11.4"
  packet::Family family = packet::Family::ipv4;

  const std::string& device() const { return devices.back(); }
  bool is_bare() const { return devices.size() == 1; }
  // Bytes of the card's MTU that its device does not have.
  int room() const { return session ? static_cast<int>(packet::pppoe_headers) : 0; }

  // What an endpoint listens at: its device; or any, for a priority tag is of no VLAN, and what
  // comes without one is for the same station (IEEE 802.1Q-2018, 6.9.1).
  std::string listens_at() const;

  std::string address(Side side) const;
  std::string address_with_prefix(Side side) const;  // "11.11.4.1/24"
};

// The first three bytes of the addresses by tag, where they are not those above: other hosts' own
// have to be kept clear of.
using Networks = std::map<std::string, std::string>;

// Throws Error (usage) for what is no tag, or none that a guest's device can have.
Path path_of(const std::string& tag, const Networks& networks = {},
             packet::Family family = packet::Family::ipv4);

// The same at one side, where the bridge's VLANs may have taken the tag away. Then both sides'
// addresses are of a subnet that no tag has: nothing that was learnt by another path is theirs.
Path path_at(Side side, const Traffic& traffic, const Networks& networks = {});

}  // namespace refrag::testbed
