// SPDX-License-Identifier: GPL-2.0-or-later
// One echo again, with the host's counters read before and after it and its drop trace on; the same
// for every kind of testbed.
#pragma once

#include <functional>

#include "framework/host/drop_trace.hpp"
#include "framework/verdict/follow.hpp"

namespace refrag::testbed {

// One echo, and where its frames were seen.
struct Trial {
  verdict::Way way;
  bool lost = false;
  std::uint16_t ident = 0;  // of its ICMP, or its port
  std::string gap = {};     // why its frames were not seen; empty when they were
};

// Tries until one is lost, at most that often.
verdict::Witness witness(host::Files& host, host::DropTrace& trace, int most,
                         const std::function<Trial(base::Deadline)>& once, base::Deadline deadline);

}  // namespace refrag::testbed
