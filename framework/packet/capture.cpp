// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/capture.hpp"

#include <algorithm>
#include <iterator>
#include <map>
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

namespace {

using Seen = std::map<std::string_view, std::vector<std::chrono::nanoseconds>>;

Seen times_of(const Tap& tap, Way way) {
  Seen seen;
  for (const auto& frame : tap.frames) {
    if (frame.way == way) seen[as_text(frame.bytes)].push_back(frame.at);
  }
  return seen;
}

// Of every frame that both saw once: by how much the port's time is later.
std::vector<std::chrono::nanoseconds> differences(const Seen& endpoint, const Seen& port) {
  std::vector<std::chrono::nanoseconds> all;
  for (const auto& [bytes, times] : endpoint) {
    const auto other = port.find(bytes);
    if (times.size() != 1 || other == port.end() || other->second.size() != 1) continue;
    all.push_back(other->second.front() - times.front());
  }
  return all;
}

}  // namespace

std::optional<std::chrono::nanoseconds> clock_ahead(const Tap& endpoint, const Tap& port) {
  // What goes one way goes in at one of them and comes out of the other.
  const auto sent =
      differences(times_of(endpoint, Way::out_of_bridge), times_of(port, Way::into_bridge));
  const auto received =
      differences(times_of(endpoint, Way::into_bridge), times_of(port, Way::out_of_bridge));
  if (sent.empty() && received.empty()) return std::nullopt;
  if (sent.empty()) return std::ranges::max(received);
  if (received.empty()) return std::ranges::min(sent);
  return (std::ranges::min(sent) + std::ranges::max(received)) / 2;
}

}  // namespace refrag::packet
