// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/shell_files.hpp"

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::host {

using base::Deadline;

// One grep for all of them; it puts the path before each line.
std::map<std::string, std::string> ShellFiles::read(const std::vector<std::string>& paths,
                                                    Deadline deadline) {
  std::string script = "grep -sH ''";
  for (const auto& path : paths) script += fmt::format(" {}", base::shell_quote(path));
  return texts_of(shell_.run(script, deadline).out, paths);  // fails when one is not there
}

// The shell's own printf: no process at all. What opening a file says is nobody's business.
std::vector<std::string> ShellFiles::write(const std::vector<Setting>& settings,
                                           Deadline deadline) {
  std::string script;
  for (const auto& [path, text] : settings) {
    script += fmt::format("{{ printf %s {0} >{1}; }} 2>/dev/null || printf '%s\\n' {1}\n",
                          base::shell_quote(text), base::shell_quote(path));
  }
  auto failed = base::split(shell_.run_ok(script, deadline), '\n');
  std::erase_if(failed, [](const std::string& path) { return path.empty(); });
  return failed;
}

}  // namespace refrag::host
