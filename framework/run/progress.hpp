// SPDX-License-Identifier: GPL-2.0-or-later
// What a person sees while a run goes on, on stderr: a live line on a terminal, a line for each
// phase and each finished suite elsewhere.
#pragma once

#include <map>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::run {

class Progress {
 public:
  explicit Progress(int planned) : planned_(planned) {}

  void kernel(const std::string& label);
  void phase_begins(const std::string& phase);
  void phase_ended(const verdict::PhaseRecord& phase);
  void case_done(const verdict::CaseRecord& record);
  void kernel_done();

 private:
  void draw() const;

  int planned_;
  int done_ = 0;
  std::string label_;
  std::string phase_;
  std::map<verdict::Outcome, int> counts_;  // of this kernel
  base::Stopwatch kernel_watch_;
};

}  // namespace refrag::run
