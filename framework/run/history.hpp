// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of a run's cases so far, and what is still to be done for them: nothing that was
// done is repeated, whether it was done now or by a runner that was killed.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "framework/verdict/result.hpp"

namespace refrag::run {

class History {
 public:
  void add(const verdict::CaseRecord& record);
  void add(std::span<const verdict::Record> records);  // the cases among them

  // Those that the attempt of that number is for: for the first all that have no result, for later
  // ones those that had as many attempts as come before it and are worth another. An expected
  // finding never is.
  using IsExpected = std::function<bool(const verdict::CaseRecord& finding)>;
  std::vector<verdict::CaseId> due(std::span<const verdict::CaseId> cases, int attempt,
                                   const IsExpected& is_expected) const;

  // What the cases with a result settled on.
  std::vector<verdict::CaseRecord> settled(std::span<const verdict::CaseId> cases) const;

  // How many of them have a result.
  std::size_t done(std::span<const verdict::CaseId> cases) const;

 private:
  std::map<verdict::CaseId, std::vector<verdict::CaseRecord>> attempts_;  // made to their end
};

}  // namespace refrag::run
