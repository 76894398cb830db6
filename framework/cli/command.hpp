// SPDX-License-Identifier: GPL-2.0-or-later
// The table of commands. A command is one file: it declares its options on the app and says what to
// do when it was chosen.
#pragma once

#include <functional>
#include <span>

namespace CLI {
class App;
}

namespace refrag::cli {

// What the chosen command does; returns the exit code.
using Action = std::function<int()>;

struct Command {
  void (*declare)(CLI::App& app, Action& chosen);
};

std::span<const Command> commands();

// What a command line exits with that cannot be read: 2, but 128 for probe, because `git bisect
// run` would count 2 as an answer.
int usage_code(const CLI::App& app);

void declare_run(CLI::App& app, Action& chosen);
void declare_report(CLI::App& app, Action& chosen);
void declare_compare(CLI::App& app, Action& chosen);
void declare_kernels(CLI::App& app, Action& chosen);
void declare_bisect(CLI::App& app, Action& chosen);
void declare_probe(CLI::App& app, Action& chosen);
void declare_explore(CLI::App& app, Action& chosen);
void declare_fixed_in(CLI::App& app, Action& chosen);
void declare_validate(CLI::App& app, Action& chosen);
void declare_doctor(CLI::App& app, Action& chosen);
void declare_clean(CLI::App& app, Action& chosen);

}  // namespace refrag::cli
