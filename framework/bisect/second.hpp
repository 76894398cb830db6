// SPDX-License-Identifier: GPL-2.0-or-later
// What the pair that a search ended with says on another testbed: a search on wires is fast and
// knows bridges, Xen is where the bug was met.
#pragma once

#include <optional>
#include <string>

#include "framework/bisect/search.hpp"

namespace refrag::bisect {

struct Second {
  std::string testbed = {};               // empty: nobody wanted one
  std::string why_not = {};               // the pair cannot be asked there
  std::optional<Answer> older_says = {};  // once each, unless why_not
  std::optional<Answer> newer_says = {};
};

enum class Agreement {
  not_asked,
  agrees,   // the builds are there what they are here
  differs,  // they are not: what was found belongs to one testbed
  unclear,  // an answer is none
};

Agreement agreement(const Problem& problem, const std::string& signature, const Second& second);

// "xen agrees"; what the builds are there when it does not. Empty when nobody wanted one.
std::string words(const Problem& problem, const std::string& signature,
                  const Conclusion& conclusion, const Second& second);

std::string_view to_text(Agreement agreement);

}  // namespace refrag::bisect
