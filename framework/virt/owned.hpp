// SPDX-License-Identifier: GPL-2.0-or-later
// A domain or a network that does not outlive us: destroyed on the way out, also after an error or
// a stop request; unless it is on a host that is thrown away with all that is on it.
#pragma once

#include <exception>
#include <optional>
#include <utility>

#include "framework/base/deadline.hpp"
#include "framework/base/log.hpp"
#include "framework/base/stop.hpp"

namespace refrag::virt {

inline constexpr base::Clock::duration left_to_host{0};

template <class Thing>
class Owned {
 public:
  // Destroying may take this long; left_to_host for never.
  Owned(Thing thing, base::Clock::duration time) : thing_(std::move(thing)), time_(time) {}
  Owned(Owned&& other) noexcept
      : thing_(std::exchange(other.thing_, std::nullopt)), time_(other.time_) {}
  Owned& operator=(Owned&& other) noexcept {
    std::swap(thing_, other.thing_);
    std::swap(time_, other.time_);
    return *this;
  }
  ~Owned() {
    if (!thing_ || time_ == left_to_host) return;
    const base::StopHeld held;
    try {
      thing_->destroy(base::Deadline::in(time_));
    } catch (const std::exception& error) {
      base::say(error.what());
    }
  }

  const Thing& get() const { return *thing_; }

 private:
  std::optional<Thing> thing_;
  base::Clock::duration time_;
};

}  // namespace refrag::virt
