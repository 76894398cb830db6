// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/port_taps.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "framework/base/error.hpp"
#include "framework/packet/link.hpp"
#include "framework/packet/pcapng.hpp"

namespace refrag::testbed {

namespace {

// An ssh session to an emulated host takes a moment; a host without the program says so at once.
constexpr auto start_time = base::seconds(10);
// The two clocks are compared by one exchange, which takes a while under emulation.
constexpr auto clock_error = base::milliseconds(500);

// Who is heard behind a port and never before one.
std::vector<packet::Mac> hosts_of(const std::vector<packet::Tap>& ports) {
  std::set<packet::Mac> guests, hosts;
  for (const auto& port : ports) {
    for (const auto& frame : port.frames) {
      const auto seen = packet::parse_link(frame.bytes);
      if (!seen) continue;
      (frame.way == packet::Way::into_bridge ? guests : hosts).insert(seen->link.from);
    }
  }
  std::vector<packet::Mac> result;
  std::ranges::set_difference(hosts, guests, std::back_inserter(result));
  return result;
}

}  // namespace

PortTaps::PortTaps(std::vector<std::string> shell, const std::vector<std::string>& ports) {
  if (std::ranges::any_of(ports, &std::string::empty)) {
    problem_ = "the guests' ports are not known";
  } else {
    taps_.emplace(std::move(shell), ports);
  }
}

void PortTaps::begin(base::Deadline deadline) {
  if (taps_ && problem_.empty()) problem_ = taps_->await(deadline.sooner(start_time));
  if (problem_.empty()) since_ = taps_->now() - clock_error;
}

Taps PortTaps::take(base::Deadline deadline) {
  if (problem_.empty()) {
    try {
      auto dump = taps_->dump(since_, deadline);
      file_ = std::move(dump.file);
      auto ports = packet::from_pcapng(file_);
      if (!ports || ports->size() != 2)
        throw base::Error(base::Fault::lab, "no capture of two ports");
      ports->front().missed += dump.missed;
      auto hosts = hosts_of(*ports);
      return {.ports = std::move(*ports), .hosts = std::move(hosts), .from = since_ + clock_error};
    } catch (const base::Error& error) {
      problem_ = error.what();
    }
  }
  return {.problem = "the ports are not tapped: " + problem_};
}

}  // namespace refrag::testbed
