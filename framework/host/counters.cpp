// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/counters.hpp"

#include <map>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

using base::Error;
using base::Fault;

namespace {

std::map<std::string, std::uint64_t> ip_counters(std::string_view text) {
  std::map<std::string, std::uint64_t> counters;
  std::vector<std::string> names;
  for (const auto& line : base::split(text, '\n')) {
    if (!line.starts_with("Ip: ")) continue;
    const auto words = base::split(base::trim(line), ' ');
    for (std::size_t i = 1; !names.empty() && i < std::min(names.size(), words.size()); ++i) {
      counters[names[i]] = static_cast<std::uint64_t>(base::to_number(words[i]).value_or(0));
    }
    names = words;
  }
  return counters;
}

}  // namespace

verdict::Counters parse_snmp(std::string_view text) {
  const auto counters = ip_counters(text);
  const auto value = [&](const char* name) {
    const auto found = counters.find(name);
    if (found != counters.end()) return found->second;
    throw Error(Fault::lab, fmt::format("the host's /proc/net/snmp has no {}", name));
  };
  return {.reasm_oks = value("ReasmOKs"),
          .reasm_fails = value("ReasmFails"),
          .frag_oks = value("FragOKs"),
          .frag_fails = value("FragFails"),
          .frag_creates = value("FragCreates")};
}

verdict::Counters read_counters(Shell& shell, base::Deadline deadline) {
  return base::doing("reading the host's counters",
                     [&] { return parse_snmp(shell.run_ok("cat /proc/net/snmp", deadline)); });
}

}  // namespace refrag::host
