// SPDX-License-Identifier: GPL-2.0-or-later
// What is to be searched, and the boots so far.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/bisect/answer.hpp"

namespace refrag::bisect {

struct Build {
  std::string label;         // what results call it; unique in the search
  std::string spec = {};     // where it comes from; for the probe
  std::string version = {};  // what it is ordered by

  bool operator==(const Build&) const = default;
};

struct Problem {
  std::vector<Build> builds;  // oldest first
  Find find = Find::fixed;

  // Indices of builds known to be in the older and in the newer state. What is not given starts at
  // the end of the list and moves inward in doubling steps until a build answers as it should.
  std::optional<std::size_t> older_end = {};
  std::optional<std::size_t> newer_end = {};

  // Only this counts as broken. When empty, the first answer of the broken end decides.
  std::string signature = {};

  // Go on until the answer is this likely. When it is not given, a search that saw no noise stops
  // after ceil(log2 N) + 6 boots at the latest and states what they prove; one that did see noise
  // goes on until 0.99.
  std::optional<double> confidence = {};

  // Go on until a broken build that shows the bug in this share of its boots would not have passed
  // for the fixed one of the pair; noticed.hpp.
  std::optional<double> notice = {};

  // Give up after so many boots; 0 stands for 30 * (ceil(log2 N) + 6), and 10 / notice more.
  std::size_t max_boots = 0;

  // What the probe has to know to go on after a restart; means nothing here.
  std::map<std::string, std::string> settings = {};

  bool operator==(const Problem&) const = default;
};

// One boot and what it said.
struct Boot {
  std::size_t build = 0;
  Answer answer = {};
  std::size_t number = 0;  // no two of a search have the same

  bool operator==(const Boot&) const = default;
};

using History = std::span<const Boot>;

// ceil(log2 N) + 6: what a search without noise needs at most; see search.hpp.
std::size_t quiet_boots(const Problem& problem);
std::size_t max_boots(const Problem& problem);

// What a search goes on to when it saw noise, and the most that it states: 0.99 unless another
// confidence is given.
double wanted_confidence(const Problem& problem);

// Throws Error (usage): fewer than two builds, a label twice, ends that are not in order, a
// confidence outside 0.5 to 0.999, or a share to be noticed outside 0.01 to 1.
void check(const Problem& problem);

// By version, as base/version.hpp compares; equal ones keep their order.
void sort_by_version(std::vector<Build>& builds);

}  // namespace refrag::bisect
