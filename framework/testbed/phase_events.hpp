// SPDX-License-Identifier: GPL-2.0-or-later
// News of a testbed that is being brought up, and why it did not come up.
#pragma once

#include <functional>
#include <string>

#include "framework/verdict/outcome.hpp"

namespace refrag::testbed {

// A phase (a rung of the ladder) begins, or has ended after so many seconds. Called from one thread
// at a time.
struct PhaseEvents {
  std::function<void(const std::string& phase)> begins;
  std::function<void(const std::string& phase, double seconds)> ended;
};

// The rung that was not reached.
struct NotUp {
  std::string phase;
  verdict::Outcome how = verdict::Outcome::broken;  // crashed, hung: a guest; broken: the lab
  std::string what;                                 // one line
  std::string console_tail;                         // of the guest that is to blame, if one is
};

}  // namespace refrag::testbed
