// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as results.jsonl: reading never throws and never loses a line in silence, and what was
// read makes reports that hold no byte XML forbids.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "framework/base/text.hpp"
#include "framework/verdict/result.hpp"
#include "reports/junit.hpp"
#include "reports/run.hpp"
#include "reports/table.hpp"

using namespace refrag;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::size_t lines_in(std::string_view text) {
  std::size_t lines = 0;
  for (const auto& line : base::split(text, '\n')) lines += line.empty() ? 0 : 1;
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto records = verdict::read_records(text);
  require(records.records.size() + records.problems.size() == lines_in(text));
  for (const auto& record : records.records) {
    const auto line = verdict::to_line(record);
    require(verdict::to_line(verdict::from_line(line)) == line);
  }
  const auto run = reports::run_of(records);
  for (const auto& file : reports::junit(run)) require(base::printable(file.xml) == file.xml);
  reports::table(run);
  return 0;
}
