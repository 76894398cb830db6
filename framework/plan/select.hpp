// SPDX-License-Identifier: GPL-2.0-or-later
// The language of --select, over the ids of cases.
//
//   expression = term { "," term }          all terms have to hold
//   term       = axis OP value { "|" value }
//              | glob                       over the id's text; without * and ? a part of it
//   OP         = "=" | "!="                 values are globs (* and ?), or A..B for numbers
//              | "<" | "<=" | ">" | ">="    one number
//   axis       = suite | case | kernel | size | any axis of a cell
//
// Several expressions: a case is selected when one of them holds. Commas inside [...] do not
// separate, so an id copied from a report selects that case:
//   --select 'tag=vlan3,nf=1,size>=1477'   --select 'size=1400..1500|65507'   --select 'dir=a>b'
//   --select 'vlan_ping_sizes/echo@6.1.0-42-amd64[tag=vlan3,nf=1,dir=a>b,size=1477]'
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/verdict/cell.hpp"

namespace refrag::plan {

// How a term compares.
enum class Op { equal, not_equal, less, at_most, more, at_least };

struct Term {
  std::string axis;  // empty: one value, a glob over the id
  Op op = Op::equal;
  std::vector<std::string> values;  // any of them
};

class Selection {
 public:
  // No expression selects everything. Throws Error (usage) that shows the term at fault.
  static Selection parse(std::span<const std::string> expressions);

  bool matches(const verdict::CaseId& id) const;

  // Those that match, in their order; may be none. Throws Error (usage) for an axis that no case
  // has: a mistyped name would otherwise look like an empty selection.
  std::vector<verdict::CaseId> apply(std::span<const verdict::CaseId> cases) const;

 private:
  std::vector<std::vector<Term>> expressions_;
};

}  // namespace refrag::plan
