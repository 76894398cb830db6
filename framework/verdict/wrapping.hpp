// SPDX-License-Identifier: GPL-2.0-or-later
// What is around an IP packet for a value of the axis `tag`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/packet/link.hpp"

namespace refrag::verdict {

struct Wrapping {
  std::vector<packet::Tag> tags = {};         // outermost first
  std::optional<std::uint16_t> session = {};  // PPPoE's

  // Bytes of the port's MTU that it takes: tags take none.
  int room() const { return session ? static_cast<int>(packet::pppoe_headers) : 0; }
  bool operator==(const Wrapping&) const = default;
};

// "none"; "vlanN" and "adN": one tag, of 802.1Q or 802.1ad; "prio": a priority and no VLAN; "qinq":
// 802.1ad 3 with VLAN 4 inside; "pppoe". Throws Error (usage).
Wrapping wrapping_of(const std::string& tag);

}  // namespace refrag::verdict
