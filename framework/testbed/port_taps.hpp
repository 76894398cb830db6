// SPDX-License-Identifier: GPL-2.0-or-later
// The taps at the two ports of a host that is reached by a shell: begun before a sweep, asked
// afterwards when somebody wants to know. Where they cannot listen, everything else works.
#pragma once

#include <optional>

#include "framework/host/taps.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

class PortTaps {
 public:
  // They are started at once and waited for at the first sweep.
  PortTaps(std::vector<std::string> shell, const std::vector<std::string>& ports);

  void begin(base::Deadline deadline);
  // What was seen since the sweep began.
  Taps take(base::Deadline deadline);

 private:
  std::optional<host::Taps> taps_;
  std::string problem_;
  std::string file_;  // that the frames last taken are in
  host::Taps::Time since_{};
};

}  // namespace refrag::testbed
