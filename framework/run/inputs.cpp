// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/inputs.hpp"

#include <fmt/format.h>

namespace refrag::run {

Inputs inputs_of(const KernelJob& job, const SuiteProgram& suite, const Options& options) {
  Inputs inputs = {{"kernel", job.build.key}, {"suite", base::sha256_file(suite.path)}};
  if (!job.guest.empty()) {
    inputs["guest"] = kernels::open_kernel(job.guest, base::Deadline::in(opening)).key;
  }
  auto tables = options.ignored_splats;
  if (!options.known_bugs.empty()) tables.push_back(options.known_bugs);
  for (const auto& file : tables) inputs[file.string()] = base::sha256_file(file);
  return inputs;
}

std::string changed(const Inputs& before, const Inputs& now) {
  for (const auto& [name, hash] : before) {
    const auto found = now.find(name);
    const auto is = found == now.end() ? std::string("not there") : found->second.substr(0, 12);
    if (is == hash.substr(0, 12)) continue;
    return fmt::format("{} is not what it was when the manifest was written: SHA-256 {} and now {}",
                       name, hash.substr(0, 12), is);
  }
  return {};
}

}  // namespace refrag::run
