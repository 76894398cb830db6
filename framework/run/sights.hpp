// SPDX-License-Identifier: GPL-2.0-or-later
// What was seen of a scenario's violations: what they are about, which known bug each looks like,
// and their frames for people.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/explore/case.hpp"
#include "framework/run/explore_host.hpp"

namespace refrag::run {

inline constexpr const char* crashed = "crashed";  // the kind of a case, beside the oracle's

struct Sight {        // of a violation
  std::string shape;  // explore::class_of
  std::string kind;
  std::string bug;  // that it looks like; empty: like none that the kernel is known to have
  std::string reason;

  std::string likeness() const { return bug.empty() ? "like no known bug" : "like " + bug; }
  // What is looked into once: the same shape is another finding where it looks like another bug.
  std::string what() const { return shape + ", " + likeness(); }
};

std::vector<Sight> sights_of(std::string_view version, const explore::Scenario& scenario,
                             const Shown& shown);

// The first of that kind, and of that bug where one is given; null when there is none.
const Sight* find(const std::vector<Sight>& sights, const std::string& kind,
                  const std::optional<std::string>& bug);

// One line of a case's text.
std::string likeness_of(const explore::Case& found);

std::string frames_text(const Shown& shown);
std::string capture_of(const explore::Scenario& scenario, const Shown& shown);  // pcapng

}  // namespace refrag::run
