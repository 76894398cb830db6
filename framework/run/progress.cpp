// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/progress.hpp"

#include <fmt/format.h>

#include "framework/base/log.hpp"

namespace refrag::run {

namespace {

std::string counts_text(const std::map<verdict::Outcome, int>& counts) {
  std::string text;
  for (const auto& [outcome, count] : counts) {
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, verdict::to_text(outcome));
  }
  return text.empty() ? "no case reported" : text;
}

}  // namespace

void Progress::draw() const {
  base::status(fmt::format("{}: {}  {:.0f} s  {}/{} cases  {}", label_, phase_,
                           kernel_watch_.seconds(), done_, planned_,
                           counts_.empty() ? "" : counts_text(counts_)));
}

void Progress::kernel(const std::string& label) {
  label_ = label;
  counts_.clear();
  kernel_watch_ = {};
}

void Progress::phase_begins(const std::string& phase) {
  phase_ = phase;
  draw();
}

void Progress::phase_ended(const verdict::PhaseRecord& phase) {
  if (!phase.problem.empty()) {
    base::say(fmt::format("{}: {}: {}", label_, phase.phase, phase.problem));
  } else if (!base::stderr_is_terminal()) {
    base::say(fmt::format("{}: {} ({:.1f} s)", label_, phase.phase, phase.seconds));
  }
  draw();
}

void Progress::case_done(const verdict::CaseRecord& record) {
  ++done_;
  ++counts_[record.judgement.outcome];
  draw();
}

void Progress::kernel_done() {
  base::say(
      fmt::format("{}: {} in {:.0f} s", label_, counts_text(counts_), kernel_watch_.seconds()));
}

}  // namespace refrag::run
