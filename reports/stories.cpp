// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/stories.hpp"

#include <fmt/format.h>

#include "framework/verdict/explain.hpp"
#include "reports/evidence.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

std::string stories(const Run& run) {
  std::string text;
  for (const auto& kernel : run.kernels) {
    for (const auto& one : kernel.cases) {
      if (!one.witness) continue;
      text += fmt::format("\n{}\n", one_line(one.id.text()));
      const int mtu = run.run_of(kernel).mtu;
      for (const auto& line : verdict::story(one.id.size.value_or(0), mtu, *one.witness)) {
        text += fmt::format("  {}\n", one_line(line));
      }
      const auto capture = capture_of(kernel, one);
      if (!capture.empty()) text += fmt::format("  frames: {}\n", one_line(capture));
    }
  }
  return text;
}

}  // namespace refrag::reports
