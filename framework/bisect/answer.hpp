// SPDX-License-Identifier: GPL-2.0-or-later
// What one boot of one build says, and what `git bisect run` is told of it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refrag::bisect {

// What is looked for: the first build that is fixed, or the first that is broken.
enum class Find { fixed, broken };

enum class Kind {
  fixed,            // judged: the bug does not show
  broken,           // judged: it shows
  cannot_judge,     // the build does not boot, lacks what the test needs, ...
  other_signature,  // it shows another bug, behind which this one cannot be seen
  infrastructure,   // this machine or the lab failed: no answer at all
};

struct Answer {
  Kind kind = Kind::infrastructure;
  std::string text = {};      // broken, other_signature: the signature; otherwise the reason
  std::string evidence = {};  // where the boot's evidence is
  double seconds = 0;         // how long it took
  std::string host = {};      // that was booted on; empty: this one

  static Answer fixed() { return {Kind::fixed}; }
  static Answer broken(std::string signature) { return {Kind::broken, std::move(signature)}; }
  static Answer cannot_judge(std::string why) { return {Kind::cannot_judge, std::move(why)}; }
  static Answer other(std::string signature) {
    return {Kind::other_signature, std::move(signature)};
  }
  static Answer infrastructure(std::string why) { return {Kind::infrastructure, std::move(why)}; }

  bool operator==(const Answer&) const = default;
};

std::string_view to_text(Find find);
std::optional<Find> find_from(std::string_view text);
std::string_view to_text(Kind kind);
std::optional<Kind> kind_from(std::string_view text);

// The exit code of a program run by `git bisect run`: 0 for the older state, 1 for the newer one,
// 125 for a commit to be skipped, 128 to stop. Looking for a fix the terms are exchanged
// (git bisect start --term-old=broken --term-new=fixed), so broken is 0 and fixed is 1. Never 126
// or 127: git counts those as bad.
int git_exit_code(Find find, const Answer& answer);

}  // namespace refrag::bisect
