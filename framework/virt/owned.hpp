// SPDX-License-Identifier: GPL-2.0-or-later
// A domain or a network that does not outlive us: destroyed on the way out, also after an error or
// a stop request.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include "framework/base/deadline.hpp"
#include "framework/base/log.hpp"
#include "framework/base/stop.hpp"

namespace refrag::virt {

template <class Thing>
class Owned {
 public:
  Owned(Thing thing, base::Clock::duration time) : thing_(std::move(thing)), time_(time) {}
  Owned(Owned&& other) noexcept
      : thing_(std::exchange(other.thing_, std::nullopt)), time_(other.time_) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(thing_, other.thing_);
    std::swap(time_, other.time_);
    return *this;
  }
  ~Owned() {
    if (!thing_) return;
    const base::StopHeld held;
    try {
      thing_->destroy(base::Deadline::in(time_));
    } catch (const std::exception& error) {
      base::say(error.what());
    }
  }

  const Thing& get() const { return *thing_; }
  Thing& get() { return *thing_; }

  // Gives it up: somebody else sees to its end (a host that is thrown away).
  Thing release() { return *std::exchange(thing_, std::nullopt); }

 private:
  std::optional<Thing> thing_;
  base::Clock::duration time_;  // destroying may take
};

}  // namespace refrag::virt
