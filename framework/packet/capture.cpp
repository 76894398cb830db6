// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/capture.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "framework/packet/link.hpp"

namespace refrag::packet {

std::vector<Mac> hosts_behind(const std::vector<Tap>& ports) {
  std::set<Mac> before, behind;
  for (const auto& port : ports) {
    for (const auto& frame : port.frames) {
      const auto seen = parse_link(frame.bytes);
      if (seen) (frame.way == Way::into_bridge ? before : behind).insert(seen->link.from);
    }
  }
  std::vector<Mac> hosts;
  std::ranges::set_difference(behind, before, std::back_inserter(hosts));
  return hosts;
}

}  // namespace refrag::packet
