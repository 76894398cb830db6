// SPDX-License-Identifier: GPL-2.0-or-later
// What was captured at a port of the bridge under test.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "framework/packet/ethernet.hpp"

namespace refrag::packet {

enum class Way { into_bridge, out_of_bridge };

struct Captured {
  std::chrono::nanoseconds at{};  // since whatever all taps of a testbed share
  Way way = Way::into_bridge;
  View bytes = {};  // the whole frame without its checksum; of whoever captured it
};

struct Tap {
  std::string name;              // "card a", "vif1.0"
  std::vector<Captured> frames;  // in order of time
  std::size_t missed = 0;        // frames that went by and are not here
};

// Who is heard behind a port and never before one: the bridge's own machine.
std::vector<Mac> hosts_behind(const std::vector<Tap>& ports);

// How far the clock of the port is before that of the endpoint behind it, by the frames that both
// saw once; nothing where there are none. It takes the ways there and back for equally long.
std::optional<std::chrono::nanoseconds> clock_ahead(const Tap& endpoint, const Tap& port);

}  // namespace refrag::packet
