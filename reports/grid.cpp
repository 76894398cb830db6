// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/grid.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"

namespace refrag::reports {

namespace {

using verdict::CaseRecord;
using verdict::Cell;
using verdict::Outcome;

bool is_same(const Grid::Row& a, const Grid::Row& b) {
  const auto same = [](const auto& x, const auto& y) {
    return x.first == y.first && word_of(x.second->judgement) == word_of(y.second->judgement);
  };
  return std::equal(a.results.begin(), a.results.end(), b.results.begin(), b.results.end(), same);
}

void merge_directions(Grid& grid) {
  const auto found = std::find(grid.axes.begin(), grid.axes.end(), "dir");
  if (found == grid.axes.end()) return;
  const auto dir = found - grid.axes.begin();
  std::vector<Grid::Row> merged;
  for (auto& row : grid.rows) {
    const auto twin = std::find_if(merged.begin(), merged.end(), [&](const Grid::Row& other) {
      auto labels = other.labels;
      labels[dir] = row.labels[dir];
      return other.labels != row.labels && labels == row.labels && is_same(other, row);
    });
    if (twin == merged.end()) {
      merged.push_back(std::move(row));
    } else {
      twin->labels[dir] = "both";
    }
  }
  grid.rows = std::move(merged);
}

std::vector<std::string> axes_of(std::span<const CaseRecord* const> cases) {
  std::vector<std::string> axes;
  for (const auto* one : cases) {
    for (const auto& [axis, value] : one->id.cell.values()) {
      if (std::find(axes.begin(), axes.end(), axis) == axes.end()) axes.push_back(axis);
    }
  }
  return axes;
}

// Widths, and the columns that fit beside each other.
class Drawing {
 public:
  Drawing(const Grid& grid, int mtu, TableStyle style) : grid_(grid), mtu_(mtu), style_(style) {
    for (std::size_t i = 0; i < grid.axes.size(); ++i) {
      auto& width = label_widths_.emplace_back(grid.axes[i].size());
      for (const auto& row : grid.rows) width = std::max(width, row.labels[i].size());
    }
    for (const int size : grid.sizes) {
      auto& width = widths_[size] = std::to_string(size).size();
      for (const auto& row : grid.rows) width = std::max(width, word(row, size).size());
    }
  }

  std::string text() const {
    std::string text;
    for (auto begin = grid_.sizes.begin(); begin != grid_.sizes.end();) {
      const auto end = band_end(begin);
      if (!text.empty()) text += '\n';
      text += band({begin, end});
      begin = end;
    }
    return text;
  }

 private:
  using Sizes = std::set<int>::const_iterator;
  using Band = std::vector<int>;

  static std::string_view word(const Grid::Row& row, int size) {
    const auto found = row.results.find(size);
    return found == row.results.end() ? "-" : word_of(found->second->judgement);
  }

  // As many columns as fit, at least one.
  Sizes band_end(Sizes begin) const {
    auto width = labels(grid_.axes).size() + bar_width;
    for (auto end = begin; end != grid_.sizes.end(); ++end) {
      width += 1 + widths_.at(*end);
      if (style_.width > 0 && width > style_.width && end != begin) return end;
    }
    return grid_.sizes.end();
  }

  std::string labels(const std::vector<std::string>& values) const {
    std::string text = " ";
    for (std::size_t i = 0; i < values.size(); ++i) {
      text += fmt::format(" {:<{}}", values[i], label_widths_[i]);
    }
    return text;
  }

  std::string band(const Band& sizes) const {
    std::string numbers;
    for (const int size : sizes) {
      numbers += fmt::format("{} {:>{}}", bar(size, sizes), size, widths_.at(size));
    }
    std::string text = bold(labels(grid_.axes) + numbers, style_) + '\n';
    for (const auto& row : grid_.rows) {
      text += labels(row.labels);
      for (const int size : sizes) text += fmt::format("{}{}", bar(size, sizes), field(row, size));
      text += '\n';
    }
    return text;
  }

  static constexpr std::size_t bar_width = 2;

  std::string_view bar(int size, const Band& band) const {
    const auto first = std::find_if(band.begin(), band.end(),
                                    [&](int other) { return packet::is_fragmented(other, mtu_); });
    return first != band.end() && *first == size ? " |" : "";
  }

  std::string field(const Grid::Row& row, int size) const {
    const auto text = word(row, size);
    const std::string gap(1 + widths_.at(size) - text.size(), ' ');
    const auto found = row.results.find(size);
    if (found == row.results.end()) return gap + std::string(text);
    return gap + coloured(text, found->second->judgement.outcome, style_);
  }

  const Grid& grid_;
  int mtu_;
  TableStyle style_;
  std::vector<std::size_t> label_widths_;
  std::map<int, std::size_t> widths_;
};

}  // namespace

std::string_view word_of(const verdict::Judgement& judgement) {
  switch (judgement.outcome) {
    case Outcome::passed:
      return "ok";
    case Outcome::skipped:
      return "skip";
    case Outcome::broken:
      return "brkn";
    case Outcome::hung:
      return "HUNG";
    case Outcome::crashed:
      return "CRASH";
    case Outcome::failed:
      break;
  }
  if (judgement.kind == "PacketLoss") return "LOST";
  if (judgement.kind == "PayloadAltered" || judgement.kind == "LengthAltered") return "WRONG";
  if (judgement.kind == "Duplicated") return "TWICE";
  return "FAIL";
}

std::string coloured(std::string_view text, Outcome outcome, TableStyle style) {
  constexpr std::array<const char*, 6> codes = {"32", "2", "33", "1;31", "1;35", "1;35"};
  if (!style.colour) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", codes.at(static_cast<std::size_t>(outcome)), text);
}

std::string bold(std::string_view text, TableStyle style) {
  return style.colour ? fmt::format("\x1b[1m{}\x1b[0m", text) : std::string(text);
}

Grid grid_of(std::span<const CaseRecord* const> cases) {
  Grid grid{axes_of(cases), {}, {}};
  std::map<Cell, std::size_t> places;
  for (const auto* one : cases) {
    const auto [place, is_new] = places.emplace(one->id.cell, grid.rows.size());
    if (is_new) {
      auto& row = grid.rows.emplace_back();
      for (const auto& axis : grid.axes) row.labels.emplace_back(one->id.cell.at(axis));
    }
    grid.rows[place->second].results[*one->id.size] = one;
    grid.sizes.insert(*one->id.size);
  }
  merge_directions(grid);
  return grid;
}

std::string draw(const Grid& grid, int mtu, TableStyle style) {
  return Drawing(grid, mtu, style).text();
}

}  // namespace refrag::reports
