// SPDX-License-Identifier: GPL-2.0-or-later
// The host's settings that decide what a bridge does with fragments. Each is set, read back and put
// back; what was not there before is not there afterwards.
#pragma once

#include "framework/base/deadline.hpp"
#include "framework/host/shell.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::host {

// Knobs and counters as they are now. `meanwhile` is a script that the host runs while its rules
// are listed, which takes the longest; what it says comes back in `said`. Throws Error (lab) when
// br_netfilter is not there: then there is nothing to set.
struct Reading {
  verdict::HostState state;
  std::string said;
};
Reading read_state(Shell& shell, std::string_view meanwhile, base::Deadline deadline);

// Sets them and reads them back. The conntrack rule is a table of our own (`table ip refrag`), so
// that taking it away touches nobody else's rules.
// A sysctl of /proc/sys/net/bridge goes by its name there.
verdict::HostState set_knobs(Shell& shell, const verdict::Knobs& knobs, base::Deadline deadline);

// The same where the conntrack rule is known to be as asked for already: it is neither touched nor
// read, which spares most of the time.
verdict::HostState set_sysctls(Shell& shell, verdict::Knobs knobs, base::Deadline deadline);

// Puts back what was there before when it goes.
class KnobGuard {
 public:
  KnobGuard(Shell& shell, const verdict::Knobs& before);
  ~KnobGuard();
  KnobGuard(const KnobGuard&) = delete;
  KnobGuard& operator=(const KnobGuard&) = delete;

  const verdict::Knobs& before() const noexcept { return before_; }

  // Puts it back now and reads it again. Throws Error (lab) when it is not as it was.
  void restore(base::Deadline deadline);

 private:
  Shell& shell_;
  verdict::Knobs before_;
  bool restored_ = false;
};

}  // namespace refrag::host
