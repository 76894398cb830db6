// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's own report of packets that it throws away: the tracepoint skb:kfree_skb (since
// 2.6.30; with a reason since 5.17), each event with the functions that led to it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/host/files.hpp"
#include "framework/verdict/witness.hpp"

namespace refrag::host {

// Where the kernel's tracing files are looked for. What they belong to has to be mounted.
inline constexpr const char* tracing_folders[] = {"/sys/kernel/tracing",
                                                  "/sys/kernel/debug/tracing"};

class DropTrace {
 public:
  explicit DropTrace(Files& files) : files_(files) {}

  // From now on. Why it cannot be done; empty when it can.
  std::string begin(base::Deadline deadline);

  // What was dropped since. Nothing is recorded afterwards.
  std::vector<verdict::Drop> end(base::Deadline deadline);

  // As it was, for those who have the kernel afterwards. To switch the event changes the kernel's
  // code while all its processors wait; between two looks it stays on.
  void leave(base::Deadline deadline);

 private:
  bool switch_on(base::Deadline deadline);

  Files& files_;
  std::string folder_;
  std::map<std::string, std::string> found_;  // its switches before, by path
};

// The text of `trace`. Pure. Functions that only report or carry out a drop are not its site.
std::vector<verdict::Drop> parse_drops(std::string_view trace);

}  // namespace refrag::host
