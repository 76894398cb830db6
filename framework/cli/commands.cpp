// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/command.hpp"

namespace refrag::cli {

std::span<const Command> commands() {
  static constexpr Command table[] = {
      {declare_run}, {declare_bisect}, {declare_probe}, {declare_report}, {declare_kernels}};
  return table;
}

}  // namespace refrag::cli
