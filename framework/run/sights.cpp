// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/sights.hpp"

#include <fmt/format.h>

#include "framework/packet/pcapng.hpp"
#include "framework/run/looks_like.hpp"

namespace refrag::run {

std::vector<Sight> sights_of(std::string_view version, const explore::Scenario& scenario,
                             const Shown& shown) {
  std::vector<Sight> sights;
  for (const auto& direction : shown.directions) {
    for (const auto& violation : direction.findings.violations) {
      sights.push_back(
          {explore::class_of(violation, direction), std::string(oracle::to_text(violation.kind)),
           looks_like(verdict::built_in_bugs(), version, scenario.knobs, violation, direction),
           violation.reason});
    }
  }
  return sights;
}

const Sight* find(const std::vector<Sight>& sights, const std::string& kind,
                  const std::optional<std::string>& bug) {
  for (const auto& sight : sights) {
    if (sight.kind == kind && (!bug || sight.bug == *bug)) return &sight;
  }
  return nullptr;
}

std::string likeness_of(const explore::Case& found) {
  if (found.kind == crashed) return "it is no violation that a known bug could show";
  if (found.looks_like.empty()) return "it looks like no bug that this kernel is known to have";
  return fmt::format("it looks like the known bug {}", found.looks_like);
}

std::string frames_text(const Shown& shown) {
  std::string text;
  for (const auto& direction : shown.directions) {
    for (const auto& violation : direction.findings.violations) {
      text += fmt::format("from {} to {}\n", direction.from->name, direction.to->name) +
              oracle::side_by_side(violation, direction.entered, direction.left);
    }
  }
  return text;
}

std::string capture_of(const explore::Scenario& scenario, const Shown& shown) {
  return packet::to_pcapng(shown.taps.ports, shown.taps.since, explore::to_text(scenario));
}

}  // namespace refrag::run
