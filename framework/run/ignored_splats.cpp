// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/ignored_splats.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "framework/base/error.hpp"
#include "framework/base/installation.hpp"
#include "framework/base/text.hpp"

namespace refrag::run {

using base::Error;
using base::Fault;

namespace {

constexpr std::array<std::string_view, 4> keys = {"fingerprint", "where", "kernel", "reason"};

[[noreturn]] void refuse(const std::filesystem::path& file, const toml::source_region& where,
                         std::string_view why) {
  throw Error(Fault::usage, fmt::format("{}, line {}: {}", file.string(), where.begin.line, why));
}

IgnoredSplat entry_of(const toml::table& table, const std::filesystem::path& file) {
  for (const auto& [key, value] : table) {
    const bool known = std::ranges::find(keys, key.str()) != keys.end();
    if (!known) refuse(file, value.source(), fmt::format("there is no key {}", key.str()));
    if (!value.is_string()) refuse(file, value.source(), "it has to be a text");
  }
  const auto text = [&](std::string_view key, const char* otherwise) {
    return table[key].value_or(std::string(otherwise));
  };
  IgnoredSplat entry{text("fingerprint", ""), text("where", "*"), text("kernel", "*"),
                     text("reason", "")};
  if (entry.fingerprint.empty()) refuse(file, table.source(), "an entry without fingerprint");
  if (entry.reason.empty()) refuse(file, table.source(), "an entry without reason");
  return entry;
}

}  // namespace

std::vector<IgnoredSplat> read_ignored_splats(const std::filesystem::path& file) {
  toml::table table;
  try {
    table = toml::parse_file(file.string());
  } catch (const toml::parse_error& error) {
    refuse(file, error.source(), error.description());
  }
  std::vector<IgnoredSplat> list;
  for (const auto& [key, value] : table) {
    const auto* entries = value.as_array();
    if (key.str() != "ignore" || entries == nullptr || !entries->is_array_of_tables()) {
      refuse(file, value.source(), "only [[ignore]] entries can be here");
    }
    for (const auto& entry : *entries) list.push_back(entry_of(*entry.as_table(), file));
  }
  return list;
}

std::filesystem::path standing_ignored_splats() {
  return base::data("fixtures/ignored-splats.toml", REFRAG_IGNORED_SPLATS);
}

std::string reason_to_ignore(const std::vector<IgnoredSplat>& list,
                             const verdict::SplatRecord& splat) {
  const auto fits = [&](const IgnoredSplat& entry) {
    return base::glob_match(entry.fingerprint, splat.fingerprint) &&
           base::glob_match(entry.where, splat.where) &&
           base::glob_match(entry.kernel, splat.kernel);
  };
  const auto found = std::ranges::find_if(list, fits);
  return found == list.end() ? std::string() : found->reason;
}

}  // namespace refrag::run
