// SPDX-License-Identifier: GPL-2.0-or-later
// The host's settings that decide what a bridge does with fragments. Each is set, read back and put
// back; what was not there before is not there afterwards.
#pragma once

#include <optional>

#include "framework/base/deadline.hpp"
#include "framework/host/shell.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::host {

struct Reading {
  verdict::HostState state;
  std::string said;
};

// Sets and reads them. The conntrack rule is a table of our own (`table ip refrag`), so that taking
// it away touches nobody else's rules. To list rules takes longer than all the rest: they are
// listed again only when the kernel counts other users of nft_ct than when they were listed last.
// That the rule was set is known by the kernel's echo, where it has one.
// A sysctl of /proc/sys/net/bridge goes by its name there.
class HostKnobs {
 public:
  explicit HostKnobs(Shell& shell) : shell_(shell) {}

  // Knobs and counters as they are now. `meanwhile` is a script that the host runs besides; what it
  // says comes back in `said`. Without br_netfilter its sysctls are "absent".
  Reading read(std::string_view meanwhile, base::Deadline deadline);

  // Sets them and reads them back. Throws Error (lab) when br_netfilter is not there.
  verdict::HostState set(const verdict::Knobs& knobs, base::Deadline deadline);

 private:
  struct Rule {
    std::string state;  // present, absent
    std::string users;  // of nft_ct; empty when the kernel does not say
  };

  Reading ask(const std::string& script, base::Deadline deadline);

  Shell& shell_;
  std::optional<Rule> rule_;  // as listed last
};

// Puts back what was there before when it goes.
class KnobGuard {
 public:
  KnobGuard(HostKnobs& knobs, const verdict::Knobs& before);
  ~KnobGuard();
  KnobGuard(const KnobGuard&) = delete;
  KnobGuard& operator=(const KnobGuard&) = delete;

  const verdict::Knobs& before() const noexcept { return before_; }

  // Puts it back now and reads it again. Throws Error (lab) when it is not as it was.
  void restore(base::Deadline deadline);

 private:
  HostKnobs& knobs_;
  verdict::Knobs before_;
  bool restored_ = false;
};

}  // namespace refrag::host
