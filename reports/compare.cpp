// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/compare.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "reports/grid.hpp"
#include "reports/tally.hpp"
#include "reports/text.hpp"
#include "reports/trouble.hpp"

namespace refrag::reports {

using verdict::CaseRecord;
using verdict::Outcome;

namespace {

constexpr std::array<std::string_view, 6> names = {"new",          "still failing", "fixed",
                                                   "never passed", "intermittent",  "gone"};

// A case without its kernel, which may have another label in the other run.
std::string place_of(const verdict::CaseId& id) {
  auto place = id;
  place.kernel = '*';
  return place.text();
}

// One kernel on one side.
struct Side {
  const KernelRun* kernel = nullptr;
  std::map<std::string, Trouble> troubles;
  std::set<std::string> flaky;                     // places of cases
  std::map<std::string, const CaseRecord*> cases;  // by place
};

Side side_of(const KernelRun& kernel) {
  Side side{&kernel, {}, {}, {}};
  for (auto& trouble : troubles_of(kernel)) side.troubles[trouble.name] = trouble;
  for (const auto& id : flaky_cases(kernel)) side.flaky.insert(place_of(id));
  for (const auto& one : kernel.cases) side.cases[place_of(one.id)] = &one;
  return side;
}

using Sides = std::map<std::string, Side>;  // by key

// By spec when no two kernels of the run share it, so that tonight's build of a series meets last
// night's.
Sides sides_of(const Run& run) {
  std::map<std::string, int> specs;
  for (const auto& kernel : run.kernels) ++specs[kernel.kernel.spec];
  Sides sides;
  for (const auto& kernel : run.kernels) {
    const auto& [label, spec] = std::tie(kernel.kernel.label, kernel.kernel.spec);
    const auto key = spec.empty() || specs[spec] > 1 ? label : spec;
    // Of several runs of one kernel the last one counts.
    sides.insert_or_assign(key + '\n' + kernel.kernel.guest, side_of(kernel));
  }
  return sides;
}

bool is_finding(const Trouble& trouble) { return trouble.is_news(); }

bool is_extra(const Trouble& trouble) {
  return trouble.name.starts_with(kernel_log) || trouble.name.starts_with(transparency);
}

bool is_troubled(const CaseRecord& one) { return one.judgement.outcome >= Outcome::broken; }

// The cases that had the trouble have a result on the other side, and it is a pass.
bool passes_now(const Side& before, const Side& after, const Trouble& trouble) {
  if (trouble.standing == verdict::Standing::unexpected_pass) return true;
  // Nothing is written when nothing is logged or violated.
  if (is_extra(trouble)) {
    return std::any_of(after.cases.begin(), after.cases.end(), [](const auto& one) {
      return one.second->judgement.outcome == Outcome::passed;
    });
  }
  for (const auto& [place, one] : before.cases) {
    if (one->judgement.outcome != trouble.outcome) continue;
    if (one->id.name == "end") continue;
    const auto now = after.cases.find(place);
    if (now == after.cases.end() || now->second->judgement.outcome != Outcome::passed) return false;
  }
  return true;
}

// None of the cases that have the trouble now passed then: they were broken, skipped or not run.
bool never_passed(const Side& then, const Side& now, const Trouble& trouble) {
  if (is_extra(trouble)) return false;
  return std::none_of(now.cases.begin(), now.cases.end(), [&](const auto& one) {
    if (one.second->judgement.outcome != trouble.outcome) return false;
    const auto before = then.cases.find(one.first);
    return before != then.cases.end() && before->second->judgement.outcome == Outcome::passed;
  });
}

bool is_flaky(const Side& side, const Trouble& trouble) {
  return std::any_of(side.cases.begin(), side.cases.end(), [&](const auto& one) {
    return one.second->judgement.outcome == trouble.outcome && is_troubled(*one.second) &&
           side.flaky.contains(one.first);
  });
}

class Comparison {
 public:
  Comparison(const Run& before, const Run& after)
      : before_(sides_of(before)), after_(sides_of(after)) {}

  std::vector<Difference> take() {
    for (const auto& [key, now] : after_) {
      const auto then = before_.find(key);
      for (const auto& [name, trouble] : now.troubles) {
        add(change_of(then == before_.end() ? nullptr : &then->second, now, trouble), now, trouble);
      }
    }
    for (const auto& [key, then] : before_) {
      const auto now = after_.find(key);
      for (const auto& [name, trouble] : then.troubles) {
        if (now == after_.end()) {
          add(Change::gone, then, trouble);
        } else if (!now->second.troubles.contains(name)) {
          const bool fixed = passes_now(then, now->second, trouble);
          add(fixed ? Change::fixed : Change::gone, now->second, trouble);
        }
      }
    }
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Difference& a, const Difference& b) { return a.change < b.change; });
    return std::move(found_);
  }

 private:
  static Change change_of(const Side* then, const Side& now, const Trouble& trouble) {
    if (then == nullptr) return Change::never_passed;
    const bool was = then->troubles.contains(trouble.name);
    if (was && (is_flaky(now, trouble) || is_flaky(*then, trouble))) return Change::intermittent;
    if (was) return Change::still_failing;
    return never_passed(*then, now, trouble) ? Change::never_passed : Change::appeared;
  }

  void add(Change change, const Side& side, const Trouble& trouble) {
    found_.push_back({change, side.kernel->name, trouble.name, trouble.text, is_finding(trouble)});
  }

  Sides before_;
  Sides after_;
  std::vector<Difference> found_;
};

Outcome colour_of(const Difference& difference) {
  if (difference.change == Change::fixed) return Outcome::passed;
  if (is_new(difference)) return Outcome::failed;
  return difference.change == Change::gone ? Outcome::skipped : Outcome::broken;
}

}  // namespace

std::string_view to_text(Change change) { return names.at(static_cast<std::size_t>(change)); }

bool is_new(const Difference& difference) {
  return difference.is_finding &&
         (difference.change == Change::appeared || difference.change == Change::never_passed);
}

std::vector<Difference> compare(const Run& before, const Run& after) {
  return Comparison(before, after).take();
}

std::string words(const std::vector<Difference>& differences, TableStyle style) {
  if (differences.empty()) return "nothing failed on either side\n";
  std::string text;
  for (const auto& one : differences) {
    const auto head = std::string(to_text(one.change));
    auto line =
        wrap(fmt::format("{}: {}: {}{}{}", head, one_line(one.kernel), one_line(one.trouble),
                         one.text.empty() ? "" : ": ", one_line(one.text)),
             style.width, 4);
    line.replace(0, head.size(), coloured(head, colour_of(one), style));
    text += line + '\n';
  }
  return text;
}

}  // namespace refrag::reports
