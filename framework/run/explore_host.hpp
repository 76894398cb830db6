// SPDX-License-Identifier: GPL-2.0-or-later
// The host that explore sends its scenarios to: a wire machine that is booted again when it dies.
#pragma once

#include <memory>
#include <vector>

#include "framework/explore/generate.hpp"
#include "framework/kernels/build.hpp"
#include "framework/lab/wire_machine.hpp"
#include "framework/oracle/taps.hpp"
#include "framework/testbed/wire_range.hpp"

namespace refrag::run {

// What came of a scenario. The frames stay until the next one is sent.
struct Shown {
  testbed::Taps taps;
  std::vector<oracle::Direction> directions;

  bool is_clean() const;
};

class ExploreHost {
 public:
  ExploreHost(const kernels::KernelBuild& build, base::fs::path folder);

  // Boots it if it is not up. Throws Error (lab) when it does not come up.
  void bring_up(base::Deadline deadline);
  bool is_up() const { return range_ != nullptr; }
  void end();  // the next scenario meets a fresh one

  // The settings that it has, and what may be chosen of each.
  const explore::Ranges& ranges() const { return ranges_; }

  // Throws testbed::Lost when it dies of it.
  Shown send(const explore::Scenario& scenario, base::Deadline deadline);

 private:
  void set_knobs(const explore::Knobs& knobs, base::Deadline deadline);
  void ask_for_knobs(base::Deadline deadline);

  const kernels::KernelBuild& build_;
  base::fs::path folder_;
  int boots_ = 0;
  std::uint32_t salt_ = 0;
  explore::Knobs knobs_;  // as they are now
  explore::Ranges ranges_;
  std::unique_ptr<lab::WireMachine> machine_;
  std::unique_ptr<testbed::WireRange> range_;
};

}  // namespace refrag::run
