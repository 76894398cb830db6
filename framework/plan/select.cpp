// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/select.hpp"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::plan {

namespace {

using verdict::CaseId;

struct Operator {
  std::string_view text;
  Op op;
};
// Longer ones first.
constexpr std::array<Operator, 6> operators = {{{"!=", Op::not_equal},
                                                {"<=", Op::at_most},
                                                {">=", Op::at_least},
                                                {"=", Op::equal},
                                                {"<", Op::less},
                                                {">", Op::more}}};

[[noreturn]] void refuse(std::string_view term, std::string_view why) {
  throw base::Error(base::Fault::usage,
                    fmt::format("--select: '{}' {}", base::printable(term), why),
                    "terms are axis=value, size>=1477, size=1400..1500 or a part of an id");
}

// Commas outside [...] separate.
std::vector<std::string> split_terms(std::string_view expression) {
  std::vector<std::string> terms(1);
  int depth = 0;
  for (const char c : expression) {
    depth += (c == '[') - (c == ']');
    if (c == ',' && depth == 0) {
      terms.emplace_back();
    } else {
      terms.back() += c;
    }
  }
  if (depth != 0) refuse(expression, "has a [ without its ]");
  for (auto& term : terms) term = std::string(base::trim(term));
  return terms;
}

bool is_ordering(Op op) { return op != Op::equal && op != Op::not_equal; }

struct Range {
  long low;
  long high;
};

// "A..B"
std::optional<Range> range_of(std::string_view text) {
  const auto dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto low = base::to_number(text.substr(0, dots));
  const auto high = base::to_number(text.substr(dots + 2));
  if (!low || !high) return std::nullopt;
  return Range{*low, *high};
}

void check(std::string_view text, const Term& term) {
  for (const auto& value : term.values) {
    if (value.empty()) refuse(text, "has no value");
    if (is_ordering(term.op) && !base::to_number(value)) refuse(text, "needs a number");
    const auto range = range_of(value);
    if (range && range->low > range->high) refuse(text, "is a range that runs backwards");
    if (term.axis == "size" && !range && !base::to_number(value) &&
        value.find_first_of("*?") == std::string::npos) {
      refuse(text, "is not a size");
    }
  }
  if (is_ordering(term.op) && term.values.size() != 1)
    refuse(text, "compares with one number only");
}

Term parse_term(std::string_view text) {
  if (text.empty()) throw base::Error(base::Fault::usage, "--select: an empty term");
  const auto at = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_-");
  const auto rest = at == std::string_view::npos ? std::string_view() : text.substr(at);
  const auto* const found = std::find_if(operators.begin(), operators.end(), [&](auto& candidate) {
    return rest.starts_with(candidate.text);
  });
  if (found == operators.end()) return {"", Op::equal, {std::string(text)}};
  if (at == 0) refuse(text, "has no axis");
  const auto values = rest.substr(found->text.size());
  Term term{std::string(text.substr(0, at)), found->op, base::split(values, '|')};
  if (term.values.empty()) refuse(text, "has no value");
  check(text, term);
  return term;
}

std::string value_of(const CaseId& id, const std::string& axis) {
  if (axis == "suite") return id.suite;
  if (axis == "case") return id.name;
  if (axis == "kernel") return id.kernel;
  if (axis == "size") return id.size ? std::to_string(*id.size) : std::string();
  return std::string(id.cell.at(axis));
}

bool is_equal(const std::string& value, const std::string& wanted) {
  const auto number = base::to_number(value);
  if (const auto range = range_of(wanted); range && number) {
    return *number >= range->low && *number <= range->high;
  }
  return base::glob_match(wanted, value);
}

bool matches_id(const std::string& glob, const std::string& id) {
  if (glob.find_first_of("*?") == std::string::npos) return id.find(glob) != std::string::npos;
  return base::glob_match(glob, id);
}

bool holds_order(const Term& term, const std::string& value) {
  const auto number = base::to_number(value);
  const auto limit = base::to_number(term.values.front());
  if (!number || !limit) return false;
  switch (term.op) {
    case Op::less:
      return *number < *limit;
    case Op::at_most:
      return *number <= *limit;
    case Op::more:
      return *number > *limit;
    default:
      return *number >= *limit;
  }
}

// A case that does not have the axis matches no term about it, not even "!=".
bool holds(const Term& term, const CaseId& id) {
  if (term.axis.empty()) return matches_id(term.values.front(), id.text());
  const auto value = value_of(id, term.axis);
  if (value.empty()) return false;
  if (is_ordering(term.op)) return holds_order(term, value);
  const bool any = std::any_of(term.values.begin(), term.values.end(),
                               [&](const auto& wanted) { return is_equal(value, wanted); });
  return any == (term.op == Op::equal);
}

std::set<std::string> axes_of(std::span<const CaseId> cases) {
  std::set<std::string> axes = {"suite", "case", "kernel", "size"};
  for (const auto& id : cases) {
    for (const auto& [axis, value] : id.cell.values()) axes.insert(axis);
  }
  return axes;
}

}  // namespace

Selection Selection::parse(std::span<const std::string> expressions) {
  Selection selection;
  for (const auto& expression : expressions) {
    auto& terms = selection.expressions_.emplace_back();
    for (const auto& term : split_terms(expression)) terms.push_back(parse_term(term));
  }
  return selection;
}

bool Selection::matches(const CaseId& id) const {
  const auto all_hold = [&](const std::vector<Term>& terms) {
    return std::all_of(terms.begin(), terms.end(), [&](auto& term) { return holds(term, id); });
  };
  return expressions_.empty() || std::any_of(expressions_.begin(), expressions_.end(), all_hold);
}

std::vector<CaseId> Selection::apply(std::span<const CaseId> cases) const {
  const auto axes = axes_of(cases);
  for (const auto& terms : expressions_) {
    for (const auto& term : terms) {
      if (cases.empty() || term.axis.empty() || axes.contains(term.axis)) continue;
      throw base::Error(base::Fault::usage, fmt::format("--select: no case has '{}'", term.axis),
                        fmt::format("there are {}", fmt::join(axes, ", ")));
    }
  }
  std::vector<CaseId> selected;
  std::copy_if(cases.begin(), cases.end(), std::back_inserter(selected),
               [&](const CaseId& id) { return matches(id); });
  return selected;
}

}  // namespace refrag::plan
