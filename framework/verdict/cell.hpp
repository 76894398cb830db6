// SPDX-License-Identifier: GPL-2.0-or-later
// A cell (one value for each knob and each property of the traffic) and the id of a case, with
// the one text form that JUnit names, evidence folders and --select share:
//   vlan_ping_sizes/echo@6.1.0-42-amd64[tag=vlan3,nf=1,dir=a>b,size=1477]
#pragma once

#include <compare>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrag::verdict {

// Axes are kept in one order, whatever order they were set in (tag, nf, ct, family, df, dir, then
// the rest by name), so that equal cells have equal texts.
class Cell {
 public:
  using Value = std::pair<std::string, std::string>;  // axis, value

  Cell() = default;
  Cell(std::initializer_list<Value> values);

  // Throws Error for a name or value that the text form cannot carry, and for the axis "size".
  void set(const std::string& axis, const std::string& value);
  void drop(std::string_view axis);

  // "" when the cell does not have the axis.
  std::string_view at(std::string_view axis) const;
  const std::vector<Value>& values() const { return values_; }

  std::string text() const;  // "tag=vlan3,nf=1,dir=a>b"
  static std::optional<Cell> parse(std::string_view text);

  // What the axes mean.
  bool is_tagged() const;           // tag is there and not "none"
  bool claims_reassembly() const;   // the host puts its fragments together (axes.hpp)
  std::string_view sender() const;  // "a" of dir=a>b, also when the cell has no direction
  std::string_view peer() const;    // "b"
  auto operator<=>(const Cell&) const = default;

 private:
  std::vector<Value> values_;
};

// The suite of the cases that violations of transparency become in reports, named by their kinds.
inline constexpr std::string_view transparency_suite = "transparency";

struct CaseId {
  std::string suite;
  std::string name;
  std::string kernel;  // the kernel's label in this run
  Cell cell;
  std::optional<int> size = {};  // payload bytes; none for a case that is not an echo

  std::string text() const;
  static std::optional<CaseId> parse(std::string_view text);
  auto operator<=>(const CaseId&) const = default;
};

}  // namespace refrag::verdict
