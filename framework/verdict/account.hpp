// SPDX-License-Identifier: GPL-2.0-or-later
// Planned cases against reported ones: what was not reported gets a record that says why.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/verdict/result.hpp"

namespace refrag::verdict {

// How a suite on a kernel came to its end.
enum class End {
  finished,       // by itself, host and guests alive
  suite_died,     // the suite's program was killed or exited in the middle
  suite_overran,  // it was still running at its deadline; the host still answered
  guest_died,     // a guest panicked or vanished; the host still answered
  lab_failed,     // QEMU, ssh, libvirt or an image is at fault; the host was not judged
  stopped,        // we were asked to stop
  host_hung,      // the host stopped answering, or never got ready
  host_crashed,   // the host's kernel or the hypervisor panicked
  kernel_unfit,   // this kernel cannot be tested here (its config); nothing was booted
};

struct Ending {
  End end = End::finished;
  std::string detail = {};  // the rung, the panic's first line, the exit status
};

// What the unreported become.
Judgement judge_ending(const Ending& ending);

// The name of the case that an ending itself is.
inline constexpr std::string_view end_case = "end";

// Records for the planned cases that are not among the reported, in the plan's order. When all were
// reported and the ending is not `finished`, one record for the ending itself (end_case of the
// suite), so that a panic after the last case is not lost.
std::vector<CaseRecord> account(std::span<const CaseId> planned,
                                std::span<const CaseRecord> reported, const Ending& ending,
                                int attempt = 1);

}  // namespace refrag::verdict
