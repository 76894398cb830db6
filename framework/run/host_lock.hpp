// SPDX-License-Identifier: GPL-2.0-or-later
// A host that works at one task at a time, whatever engine gives it two.
#pragma once

#include <string>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"

namespace refrag::run {

// $REFRAG_HOST, which an engine can set (one name for each slot, where a machine has several), else
// what Slurm calls this node, else this machine's name.
std::string host_name();

// Held until it is destroyed or its process ends, however it ends. Its owner's name is in the file.
class HostLock {
 public:
  // Waits for another owner, and says for whom. Throws Error (lab) at the deadline.
  HostLock(const std::string& owner, base::Deadline deadline);

 private:
  base::Fd file_;
};

}  // namespace refrag::run
