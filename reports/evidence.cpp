// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/evidence.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/text.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

namespace fs = base::fs;

std::vector<fs::path> evidence_files(const Run& run, const KernelRun& kernel) {
  const auto& folder = run.folders.at(kernel.folder).path;
  const auto& label = kernel.kernel.label;
  std::vector<fs::path> files;
  if (folder.empty() || label.empty() || label == "." || label == "..") return files;
  if (label.find('/') != std::string::npos) return files;  // a hostile record names another place
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder / "kernels" / label, ignored)) {
    if (entry.is_regular_file(ignored)) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A violation's case has a name of its own, and its sweep the same cell.
std::string capture_of(const KernelRun& kernel, const verdict::CaseRecord& result) {
  const auto& id = result.id;
  const auto found = std::ranges::find_if(kernel.sweeps, [&](const verdict::SweepRecord& sweep) {
    const auto& seen = sweep.evidence.transparency;
    return seen && !seen->capture.empty() && sweep.cell == id.cell &&
           sweep.attempt == result.attempt && (sweep.suite == id.suite || id.suite == transparency);
  });
  if (found == kernel.sweeps.end()) return {};
  const auto path = fs::path(found->evidence.transparency->capture).lexically_normal();
  const bool is_inside = path.is_relative() && *path.begin() != "..";  // a hostile record's is not
  return is_inside ? path.string() : std::string();
}

std::string repeat_command(const Run& run, const KernelRun& kernel, const verdict::CaseId* id) {
  const auto& spec = kernel.kernel.spec;
  if (spec.empty()) return {};
  const auto& record = run.run_of(kernel);
  std::string command = "refrag run";
  if (!record.testbed.empty()) command += " --testbed " + base::shell_quote(record.testbed);
  command += " --kernel " + base::shell_quote(spec);
  if (!kernel.kernel.guest.empty()) {
    command += " --guest-kernel " + base::shell_quote(kernel.kernel.guest);
  }
  if (id == nullptr || (id->cell.values().empty() && !id->size)) return one_line(command);
  auto select = id->cell.text();
  if (id->size) select += fmt::format("{}size={}", select.empty() ? "" : ",", *id->size);
  return one_line(fmt::format("{} --suite {} --select {}", command, base::shell_quote(id->suite),
                              base::shell_quote(select)));
}

}  // namespace refrag::reports
