// SPDX-License-Identifier: GPL-2.0-or-later
// What a person sees while a run goes on, on stderr: a live line on a terminal, a line for each
// phase and each finished suite elsewhere. Several hosts at once share the line.
#pragma once

#include <condition_variable>
#include <map>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>

#include "framework/base/deadline.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::run {

// Safe to use from several threads.
class Progress {
 public:
  // Cases, and how many of them have their result from an earlier run.
  explicit Progress(int planned, int done = 0);

  void kernel(const std::string& label);
  void phase_begins(const std::string& label, const std::string& phase);
  void phase_ended(const verdict::PhaseRecord& phase);
  void case_done(const verdict::CaseRecord& record);
  void splat(const verdict::SplatRecord& splat);
  void violation(const verdict::ViolationRecord& violation);
  void attempt_again(const std::string& label, int attempt, std::size_t cases);
  void kernel_done(const std::string& label);

 private:
  struct Host {
    std::string phase;
    std::map<verdict::Outcome, int> counts;
    base::Stopwatch watch;
  };

  void draw() const;
  void tick(const std::stop_token& end);  // seconds pass on the line also when nothing happens

  std::mutex mutex_;
  int planned_;
  int done_;
  std::map<std::string, Host> hosts_;  // by the label of what they run
  std::condition_variable_any ended_;
  std::jthread ticker_;  // the last member: it uses the others
};

}  // namespace refrag::run
