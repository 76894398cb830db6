// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/choice.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::plan {

namespace {

using verdict::Cell;
using Pair = std::pair<int, int>;

// Values of axes as small numbers. An axis that a cell lacks has a value too: its usual one.
class Numbers {
 public:
  explicit Numbers(const std::vector<Cell>& cells) {
    for (const auto& cell : cells) {
      for (const auto& [axis, value] : cell.values()) axes_.insert(axis);
    }
  }

  std::vector<Pair> pairs_of(const Cell& cell) {
    std::vector<int> numbers;
    for (const auto& axis : axes_) {
      const auto value = std::pair(axis, std::string(cell.at(axis)));
      numbers.push_back(numbers_.emplace(value, static_cast<int>(numbers_.size())).first->second);
    }
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
      for (std::size_t j = i + 1; j < numbers.size(); ++j) {
        pairs.emplace_back(numbers[i], numbers[j]);
      }
    }
    return pairs;
  }

 private:
  std::set<std::string> axes_;
  std::map<std::pair<std::string, std::string>, int> numbers_;
};

}  // namespace

Choice parse_choice(std::string_view text) {
  if (text == "default") return Choice::standard;
  if (text == "pairwise") return Choice::pairwise;
  if (text == "full") return Choice::full;
  throw base::Error(base::Fault::usage, fmt::format("there is no choice of axes '{}'", text),
                    "there is default, pairwise and full");
}

std::vector<Cell> all_cells(const std::vector<Axis>& axes, const std::vector<std::string>& always,
                            Senseless senseless) {
  std::vector<Cell> cells(1);
  for (const auto& axis : axes) {
    const bool is_named = std::ranges::count(always, axis.name) > 0;
    std::vector<Cell> longer;
    for (const auto& cell : cells) {
      for (const auto& value : axis.values) {
        auto& next = longer.emplace_back(cell);
        if (is_named || value != axis.values.front()) next.set(axis.name, value);
      }
    }
    std::erase_if(longer, senseless);
    cells = std::move(longer);
  }
  return cells;
}

// The number of pairs that a cell would add only ever falls, so one that was the best when it was
// last looked at and still is as good need not be compared with the others.
std::vector<Cell> pairwise(const std::vector<Cell>& cells) {
  Numbers numbers(cells);
  std::set<Pair> missing;
  std::vector<std::vector<Pair>> pairs;
  for (const auto& cell : cells) {
    pairs.push_back(numbers.pairs_of(cell));
    missing.insert(pairs.back().begin(), pairs.back().end());
  }
  const auto gain = [&](std::size_t i) {
    return std::ranges::count_if(pairs[i],
                                 [&](const Pair& pair) { return missing.contains(pair); });
  };
  std::map<std::ptrdiff_t, std::set<std::size_t>> by_gain;
  for (std::size_t i = 0; i < cells.size(); ++i) by_gain[gain(i)].insert(i);
  std::vector<Cell> chosen;
  while (!missing.empty()) {
    const auto best = std::prev(by_gain.end());
    if (best->second.empty()) {
      by_gain.erase(best);
      continue;
    }
    const auto index = *best->second.begin();
    best->second.erase(best->second.begin());
    const auto now = gain(index);
    if (now < best->first) {
      by_gain[now].insert(index);
      continue;
    }
    for (const auto& pair : pairs[index]) missing.erase(pair);
    chosen.push_back(cells[index]);
  }
  return chosen;
}

}  // namespace refrag::plan
