// SPDX-License-Identifier: GPL-2.0-or-later
// The host's settings that decide what a bridge does with fragments. Each is set, read back and put
// back; what was not there before is not there afterwards.
#pragma once

#include "framework/base/deadline.hpp"
#include "framework/host/shell.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::host {

// As they are now. Throws Error (lab) when br_netfilter is not there: then there is nothing to set.
verdict::Knobs read_knobs(Shell& shell, base::Deadline deadline);

// Sets them and reads them back. The conntrack rule is a table of our own (`table ip refrag`), so
// that taking it away touches nobody else's rules.
// A sysctl of /proc/sys/net/bridge goes by its name there.
verdict::Knobs set_knobs(Shell& shell, const verdict::Knobs& knobs, base::Deadline deadline);

// The same where the conntrack rule is known to be as asked for already: it is neither touched nor
// read, which spares most of the time.
verdict::Knobs set_sysctls(Shell& shell, verdict::Knobs knobs, base::Deadline deadline);

// Remembers what was there and puts it back when it goes.
class KnobGuard {
 public:
  KnobGuard(Shell& shell, base::Deadline deadline);
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
