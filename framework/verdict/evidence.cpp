// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/evidence.hpp"

namespace refrag::verdict {

std::optional<std::int64_t> CellEvidence::moved(std::string_view counter) const {
  const auto before = counters_before.find(counter);
  const auto after = counters_after.find(counter);
  if (before == counters_before.end() || after == counters_after.end()) return std::nullopt;
  return after->second - before->second;
}

}  // namespace refrag::verdict
