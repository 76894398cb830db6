// SPDX-License-Identifier: GPL-2.0-or-later
// The taps at the two ports of a host that is reached by a shell: begun before a sweep, judged
// where they are afterwards, and taken from there when somebody wants to see them. Where they
// cannot listen, everything else works.
#pragma once

#include <optional>

#include "framework/host/taps.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

class PortTaps {
 public:
  // They are started at once and waited for at the first sweep.
  PortTaps(std::vector<std::string> shell, const std::vector<std::string>& ports,
           const std::string& program = host::Taps::program);

  void begin(base::Deadline deadline);
  // Has the oracle that stands beside the taps judge the sweep that began last, for ports of that
  // MTU; and what it said. It works while others are asked.
  void ask(int mtu, const std::optional<host::Taps::Retag>& retag, base::Deadline deadline);
  Glance answer(base::Deadline deadline);
  // The host's settings, rules and log; see host::Taps. Throws Error (lab).
  host::Taps::Told look(const host::Taps::Wish& wish, base::Deadline deadline);
  // The host's files by way of them; nullptr where they do not listen.
  host::Files* files(base::Deadline deadline);
  // Whether anything can be asked; waits until they listen.
  bool are_up(base::Deadline deadline);
  // What the host's clock shows now.
  host::Taps::Time now() const { return taps_ ? taps_->now() : host::Taps::Time(); }
  // What was seen since the sweep began.
  Taps take(base::Deadline deadline);

 private:
  void await(base::Deadline deadline);

  std::optional<host::Taps> taps_;
  std::string problem_;
  std::string file_;  // that the frames last taken are in
  host::Taps::Time since_{};
};

}  // namespace refrag::testbed
