// SPDX-License-Identifier: GPL-2.0-or-later
// What a case comes to; defined here and nowhere else. What was expected of a kernel with a known
// bug is another question, asked beside the outcome and not a part of it.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace refrag::verdict {

// In order of severity.
enum class Outcome {
  passed,
  skipped,  // does not apply, with the reason
  broken,   // our lab or our test is at fault, or nothing was proved
  failed,   // the kernel under test did the wrong thing
  hung,     // it stopped answering
  crashed,  // it panicked
};

std::string_view to_text(Outcome outcome);
std::optional<Outcome> outcome_from(std::string_view text);

// failed, hung, crashed: the kernel or the hypervisor is at fault.
constexpr bool is_finding(Outcome outcome) { return outcome >= Outcome::failed; }

// Nothing for no outcomes: silence is never passed.
std::optional<Outcome> worst(std::span<const Outcome> outcomes);

}  // namespace refrag::verdict
