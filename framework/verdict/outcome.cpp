// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/outcome.hpp"

#include <algorithm>
#include <array>

namespace refrag::verdict {

namespace {
constexpr std::array<std::string_view, 6> names = {"passed", "skipped", "broken",
                                                   "failed", "hung",    "crashed"};
}

std::string_view to_text(Outcome outcome) { return names.at(static_cast<std::size_t>(outcome)); }

std::optional<Outcome> outcome_from(std::string_view text) {
  const auto* const found = std::find(names.begin(), names.end(), text);
  if (found == names.end()) return std::nullopt;
  return static_cast<Outcome>(found - names.begin());
}

std::optional<Outcome> worst(std::span<const Outcome> outcomes) {
  const auto found = std::max_element(outcomes.begin(), outcomes.end());
  if (found == outcomes.end()) return std::nullopt;
  return *found;
}

}  // namespace refrag::verdict
