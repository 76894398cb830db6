// SPDX-License-Identifier: GPL-2.0-or-later
// What the table of known bugs says of a kernel, beside what its cases came to. A failure is
// expected only where all that fails on the kernel is exactly one bug that its version is known to
// have: whatever else fails is a finding, and so is a pass where the bug should be.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "framework/verdict/known_bugs.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::verdict {

enum class Standing { as_judged, expected_failure, unexpected_pass };

struct Expectation {
  int mtu = 1500;
  std::optional<KnownBug> has;    // the kernel should have it, and has
  std::optional<KnownBug> lacks;  // the kernel should have it always, and has not

  Standing of(const CaseRecord& result) const;
  // "known bug vlan-not-refragmented in 2.6.18 (fixed by c197facc8ea0 ...)"; empty when as judged.
  std::string reason(Standing standing) const;
};

// The version to look up: the package's, else the release, else the label.
std::string version_of(const KernelRecord& kernel);

// `signature` names all that fails on the kernel; empty when nothing does.
Expectation expectation_of(const KnownBugs& bugs, std::string_view version,
                           std::string_view signature, int mtu);

// A finding that nobody expected: what makes exit code 1.
bool is_news(const CaseRecord& result, const Expectation& expectation);

}  // namespace refrag::verdict
