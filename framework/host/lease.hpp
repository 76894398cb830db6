// SPDX-License-Identifier: GPL-2.0-or-later
// A host that is not ours, taken for one run at a time: the folder lease_folder is made by whoever
// takes it, holds the journal (journal.hpp) and what is sent there, and goes last.
//
// Who has it lives as long as the shell does that took it, and says so every few seconds: when its
// runner is killed the shell ends, and where a cut connection keeps it waiting for ever, nothing is
// heard of it any more. What is left is known to be abandoned then.
#pragma once

#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/host/journal.hpp"
#include "framework/host/shell.hpp"

namespace refrag::host {

enum class Held { free, by_somebody, abandoned };

struct LeaseState {
  Held held = Held::free;
  Journal journal;
  std::string boot;  // of the host now
};
LeaseState read_lease(Shell& shell, base::Deadline deadline);

struct NotUndone {
  Change change;
  std::string why;
};

// Undoes what a shell cannot: why it could not, empty when it did.
using UndoDomain = std::function<std::string(const Change& domain, base::Deadline deadline)>;

struct Undone {
  int count = 0;
  std::vector<NotUndone> left;
};

// Undoes everything that the journal tells, the latest first, and gives the host back when nothing
// is left. What could not be undone stays in the journal. Throws Error (lab) when the host does not
// answer.
Undone undo(Shell& shell, const UndoDomain& domains, base::Deadline deadline);

class Lease {
 public:
  // Throws Error (lab) that names who has it, or had it and died.
  Lease(Shell& shell, const std::string& owner, base::Deadline deadline);

  // Has it on the host's disk; then it may be made.
  void tell(const std::vector<Change>& changes, base::Deadline deadline);

  // Tells it and makes it in one round trip. Throws Error (lab) when the script fails.
  std::string make(const std::vector<Change>& changes, std::string_view script,
                   base::Deadline deadline);

 private:
  Shell& shell_;
  std::jthread heart_;  // through a shell of its own
};

}  // namespace refrag::host
