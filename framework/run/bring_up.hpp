// SPDX-License-Identifier: GPL-2.0-or-later
// From a kernel build to a testbed that a suite can use: one function for each kind of testbed,
// told apart here and nowhere else in this folder.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/build.hpp"
#include "framework/testbed/phase_events.hpp"
#include "framework/verdict/account.hpp"

namespace refrag::run {

namespace fs = base::fs;

// A testbed that is up; destroying it ends all that belongs to it.
class Bed {
 public:
  virtual ~Bed() = default;

  // For the suite programs (testbed::attach).
  virtual const fs::path& address() const = 0;

  // What runs, as read there: release and build id of every machine, the hypervisor, image keys.
  virtual const std::map<std::string, std::string>& properties() const = 0;

  // Readable once the host is dead or silent for good.
  virtual int watch_fd() const = 0;

  // How the host is: finished when it is alive, host_crashed or host_hung with the detail if not.
  virtual verdict::Ending check() = 0;

  // The end of what the host said on its console, safe to print.
  virtual std::string console_tail() const = 0;

  // All of the host's kernel log that it still has, by line. Throws Error (lab).
  virtual std::vector<std::string> kernel_log(base::Deadline deadline) = 0;

  // Further properties, as the suites have left the host: its sysctls and its rules. Throws Error
  // (lab).
  virtual std::map<std::string, std::string> settings(base::Deadline deadline) = 0;
};

struct BringUp {
  const kernels::KernelBuild& build;
  std::string guest;  // spec of the guests' kernel; empty: the testbed's own
  fs::path folder;    // consoles and logs go there
  testbed::PhaseEvents events;
  base::Deadline deadline;
};

using BedOrNot = std::variant<std::unique_ptr<Bed>, testbed::NotUp>;

// Throws Error: usage when it is the kernel that is not fit for it, lab when this machine cannot do
// it at all (QEMU missing, no disk space).
BedOrNot bring_up_xen(const BringUp& wanted);
BedOrNot bring_up_wire(const BringUp& wanted);

// What every kernel of a run needs and what takes minutes when it is not in the cache: images.
// Called once, before the first kernel.
void prepare_xen(base::Deadline deadline);
void prepare_wire(base::Deadline deadline);

struct TestbedKind {
  std::string name;
  kernels::Role role;  // of the kernel under test
  bool has_guests;
  int cores;       // that one of them keeps busy
  int memory_mib;  // that one of them takes
  void (*prepare)(base::Deadline);
  std::function<BedOrNot(const BringUp&)> bring_up;
};

// Throws Error (usage) for a name that does not exist.
const TestbedKind& testbed_kind(const std::string& name);

}  // namespace refrag::run
