// SPDX-License-Identifier: GPL-2.0-or-later
#include <CLI/CLI.hpp>

#include "framework/base/error.hpp"
#include "framework/cli/command.hpp"

namespace refrag::cli {

std::span<const Command> commands() {
  static constexpr Command table[] = {{declare_run},      {declare_bisect},   {declare_probe},
                                      {declare_fixed_in}, {declare_report},   {declare_compare},
                                      {declare_kernels},  {declare_validate}, {declare_clean},
                                      {declare_doctor},   {declare_explore}};
  return table;
}

int usage_code(const CLI::App& app) {
  return app.got_subcommand("probe") ? 128 : static_cast<int>(base::Fault::usage);
}

}  // namespace refrag::cli
