// SPDX-License-Identifier: GPL-2.0-or-later
// What the init of a wire machine is asked for, over its second serial port. All calls throw Lost
// when it does not answer by the deadline or is silent for 20 s of its own time, and base::Error
// (lab) when it cannot do what it was asked.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/base/fair_clock.hpp"
#include "framework/guest/agent.hpp"
#include "framework/host/files.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

class WireCommands : public host::Files {
 public:
  // `socket`: where QEMU listens for the port. `console`: the file that holds what the machine
  // says; it tells a crash from anything else.
  WireCommands(const base::fs::path& socket, base::fs::path console, base::Deadline deadline);

  // What runs there.
  Machine machine(base::Deadline deadline);

  // Sets these and reads all.
  verdict::Knobs knobs(const verdict::Knobs& wanted, base::Deadline deadline);

  // The same, the counters, and what of the kernel's log is new and at least as urgent as this.
  struct Look {
    verdict::HostState host;
    std::vector<std::string> log;  // none where no level is given
  };
  Look look(const verdict::Knobs& wanted, std::optional<int> level, base::Deadline deadline);

  std::map<std::string, std::string> read(const std::vector<std::string>& paths,
                                          base::Deadline deadline) override;
  std::vector<std::string> write(const std::vector<Setting>& settings,
                                 base::Deadline deadline) override;

  // Why the machine is lost, by what it said last.
  Lost lost(verdict::Outcome unless_it_crashed, const std::string& what) const;

 private:
  WireCommands(base::Fd socket, base::fs::path console);
  protocol::Message ask(protocol::Message request, base::Deadline deadline);
  protocol::Message request_for(const char* verb, const verdict::Knobs& wanted) const;
  void take_knobs(const protocol::Message& reply);
  template <class Work>
  auto guarded(base::Deadline deadline, Work&& work);

  base::FairClock clock_;  // of the machine
  guest::Agent agent_;
  base::fs::path console_;

  // What was told last. An emulated serial port takes 10 us a byte, so the machine says only that
  // its settings are what they were, and no counter that is 0.
  struct ToldKnobs {
    std::string state;
    verdict::Knobs knobs;
  };
  ToldKnobs told_knobs_;
  verdict::Counters told_counters_;
};

}  // namespace refrag::testbed
