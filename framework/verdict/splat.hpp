// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel complains of in its own log: oopses, BUGs, WARNINGs, lockdep's reports, hung tasks,
// stalls, failed page allocations. Pure text work, for the formats of Linux 2.6.18 to 7.x.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::verdict {

struct Splat {
  std::string kind;         // "warning", "bug", "oops", "lockdep", "hung task", "stall",
                            // "page allocation failure"
  std::string title;        // its first telling line, without the time
  std::string fingerprint;  // "warning:br_nf_dev_queue_xmit|br_nf_post_routing|nf_hook_slow": the
                            // kind and the first functions that are at fault and not those that
                            // report it; without any, the title with its numbers as N
  std::vector<std::string> lines;  // what belongs to it, at most most_lines
  std::size_t first = 0;           // its place in the log

  static constexpr std::size_t most_lines = 150;
};

// Of one machine's log, in order. Lines may begin with a time ("[   12.345678] ") and a level.
std::vector<Splat> splats_in(std::span<const std::string> log);

// A line of a kernel log without its level and time.
std::string_view without_time(std::string_view line);

}  // namespace refrag::verdict
