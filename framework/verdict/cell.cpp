// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/cell.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/verdict/axes.hpp"

namespace refrag::verdict {

namespace {

constexpr std::array<std::string_view, 6> order = {"tag", "nf", "ct", "family", "df", "dir"};

// Axes in the order of the table, then the others by name.
auto rank(std::string_view axis) {
  return std::pair(std::find(order.begin(), order.end(), axis) - order.begin(), axis);
}

bool is_axis(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || c == '_' || c == '-'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed) && text != "size";
}

bool is_value(std::string_view text) {
  const auto allowed = [](char c) {
    return c > ' ' && c < 0x7f && std::string_view(",[]|=").find(c) == std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

}  // namespace

Cell::Cell(std::initializer_list<Value> values) {
  for (const auto& [axis, value] : values) set(axis, value);
}

void Cell::set(const std::string& axis, const std::string& value) {
  if (!is_axis(axis) || !is_value(value)) {
    throw base::Error(base::Fault::internal,
                      fmt::format("a cell cannot have {}={}", axis, base::printable(value)));
  }
  drop(axis);
  values_.reserve(values_.size() + 1);  // there may be a million cells
  const auto after = std::find_if(values_.begin(), values_.end(), [&](const Value& other) {
    return rank(other.first) > rank(axis);
  });
  values_.emplace(after, axis, value);
}

void Cell::drop(std::string_view axis) {
  std::erase_if(values_, [&](const Value& value) { return value.first == axis; });
}

std::string_view Cell::at(std::string_view axis) const {
  const auto found = std::find_if(values_.begin(), values_.end(),
                                  [&](const Value& value) { return value.first == axis; });
  return found == values_.end() ? std::string_view() : std::string_view(found->second);
}

std::string Cell::text() const {
  std::string text;
  for (const auto& [axis, value] : values_) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", axis, value);
  }
  return text;
}

std::optional<Cell> Cell::parse(std::string_view text) {
  Cell cell;
  for (const auto& part : base::split(text, ',')) {
    const auto equals = part.find('=');
    if (equals == std::string::npos) return std::nullopt;
    const auto axis = part.substr(0, equals);
    const auto value = part.substr(equals + 1);
    if (!is_axis(axis) || !is_value(value) || !cell.at(axis).empty()) return std::nullopt;
    cell.set(axis, value);
  }
  return cell;
}

bool Cell::is_tagged() const { return !at("tag").empty() && at("tag") != "none"; }

bool Cell::claims_reassembly() const {
  const auto reassembly = reassembly_of(*this);
  return reassembly == Reassembly::hooks || reassembly == Reassembly::bridge;
}

std::string_view Cell::sender() const { return at("dir").starts_with("b") ? "b" : "a"; }

std::string_view Cell::peer() const { return sender() == "a" ? "b" : "a"; }

std::string CaseId::text() const {
  auto where = cell.text();
  if (size) where += fmt::format("{}size={}", where.empty() ? "" : ",", *size);
  return fmt::format("{}/{}@{}{}{}{}", suite, name, kernel, where.empty() ? "" : "[", where,
                     where.empty() ? "" : "]");
}

std::optional<CaseId> CaseId::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto at = text.find('@');
  if (slash == std::string_view::npos || at == std::string_view::npos || at < slash) return {};
  const auto open = std::min(text.find('[', at), text.size());
  CaseId id{std::string(text.substr(0, slash)),
            std::string(text.substr(slash + 1, at - slash - 1)),
            std::string(text.substr(at + 1, open - at - 1)),
            {}};
  if (id.suite.empty() || id.name.empty() || id.kernel.empty()) return {};
  if (open == text.size()) return id;
  if (!text.ends_with(']')) return {};
  auto where = text.substr(open + 1, text.size() - open - 2);

  if (const auto found = where.rfind("size=");
      found != std::string_view::npos && (found == 0 || where[found - 1] == ',')) {
    const auto size = base::to_number(where.substr(found + 5));
    if (!size || *size < 0 || *size > 65535) return {};
    id.size = static_cast<int>(*size);
    where = where.substr(0, found == 0 ? 0 : found - 1);
  }
  auto cell = Cell::parse(where);
  if (!cell || (cell->values().empty() && !id.size)) return {};
  id.cell = std::move(*cell);
  return id;
}

}  // namespace refrag::verdict
