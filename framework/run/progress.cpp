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

Progress::Progress(int planned, int done) : planned_(planned), done_(done) {
  if (base::stderr_is_terminal()) ticker_ = std::jthread([this](auto end) { tick(end); });
}

void Progress::tick(const std::stop_token& end) {
  std::unique_lock lock(mutex_);
  while (!end.stop_requested()) {
    ended_.wait_for(lock, end, base::seconds(1), [] { return false; });
    if (!end.stop_requested() && !hosts_.empty()) draw();
  }
}

void Progress::draw() const {
  std::string text = fmt::format("{}/{} cases", done_, planned_);
  for (const auto& [label, host] : hosts_) {
    text += fmt::format("  {}: {} {:.0f} s", label, host.phase, host.watch.seconds());
    if (hosts_.size() == 1 && !host.counts.empty()) text += "  " + counts_text(host.counts);
  }
  base::status(text);
}

void Progress::kernel(const std::string& label) {
  const std::lock_guard lock(mutex_);
  hosts_[label] = {};
}

void Progress::phase_begins(const std::string& label, const std::string& phase) {
  const std::lock_guard lock(mutex_);
  hosts_[label].phase = phase;
  draw();
}

void Progress::phase_ended(const verdict::PhaseRecord& phase) {
  const std::lock_guard lock(mutex_);
  if (!phase.problem.empty()) {
    base::say(fmt::format("{}: {}: {}", phase.kernel, phase.phase, phase.problem));
  } else if (!base::stderr_is_terminal()) {
    base::say(fmt::format("{}: {} ({:.1f} s)", phase.kernel, phase.phase, phase.seconds));
  }
  draw();
}

void Progress::case_done(const verdict::CaseRecord& record) {
  const std::lock_guard lock(mutex_);
  if (record.attempt == 1) ++done_;
  ++hosts_[record.id.kernel].counts[record.judgement.outcome];
  draw();
}

void Progress::splat(const verdict::SplatRecord& splat) {
  if (!splat.counts()) return;
  base::say(fmt::format("{}: {}: {}", splat.kernel, splat.where, splat.title));
}

void Progress::violation(const verdict::ViolationRecord& violation) {
  base::say(fmt::format("{}: {}: {}: {}", violation.kernel, violation.cell.text(), violation.kind,
                        violation.reason));
}

void Progress::attempt_again(const std::string& label, int attempt, std::size_t cases) {
  const std::lock_guard lock(mutex_);
  base::say(fmt::format("{}: attempt {} at {} cases, on a fresh testbed", label, attempt, cases));
  hosts_[label].counts.clear();
}

void Progress::kernel_done(const std::string& label) {
  const std::lock_guard lock(mutex_);
  const auto& host = hosts_[label];
  base::say(
      fmt::format("{}: {} in {:.0f} s", label, counts_text(host.counts), host.watch.seconds()));
  hosts_.erase(label);
}

}  // namespace refrag::run
