// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/splat_log.hpp"

#include <map>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/verdict/splat.hpp"

namespace refrag::run {

using verdict::SplatRecord;

namespace {

constexpr std::uint64_t longest_log = 64u << 20;  // bytes; consoles are kept to less

}  // namespace

std::vector<SplatRecord> SplatLog::in_sweep(const verdict::SweepRecord& sweep) {
  std::map<std::string, std::vector<std::string>> logs;  // by machine
  for (const auto& line : sweep.evidence.kernel_messages) {
    const auto colon = line.find(": ");
    if (colon != line.npos) logs[line.substr(0, colon)].push_back(line.substr(colon + 2));
  }
  std::vector<SplatRecord> found;
  for (const auto& [machine, lines] : logs) {
    const auto during = fmt::format("{}/{}[{}]", sweep.suite, sweep.name, sweep.cell.text());
    const auto fresh = in_log(machine, lines, during);
    found.insert(found.end(), fresh.begin(), fresh.end());
  }
  return found;
}

std::vector<SplatRecord> SplatLog::in_log(const std::string& where,
                                          std::span<const std::string> lines,
                                          const std::string& during) {
  std::vector<SplatRecord> found;
  for (auto& splat : verdict::splats_in(lines)) {
    if (!known_.insert(where + " " + splat.fingerprint).second) continue;
    for (auto& line : splat.lines) line = base::printable(line);
    SplatRecord record{kernel_,
                       where,
                       std::move(splat.kind),
                       base::printable(splat.title),
                       base::printable(splat.fingerprint),
                       std::move(splat.lines),
                       during,
                       {},
                       attempt_};
    record.ignored = reason_to_ignore(ignored_, record);
    found.push_back(std::move(record));
  }
  return found;
}

std::vector<SplatRecord> SplatLog::in_file(const std::string& where, const base::fs::path& file,
                                           const std::string& during) {
  std::vector<std::string> lines;
  try {
    lines = base::split(base::read_file(file, longest_log), '\n');
  } catch (const base::Error&) {
    return {};  // a machine that was never started has said nothing
  }
  for (auto& line : lines) {
    if (line.ends_with('\r')) line.pop_back();
  }
  return in_log(where, lines, during);
}

}  // namespace refrag::run
