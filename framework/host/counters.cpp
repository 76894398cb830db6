// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/counters.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

using base::Error;
using base::Fault;

verdict::Counters parse_snmp(std::string_view text) {
  verdict::Counters counters;
  std::vector<std::string> names;
  for (const auto& line : base::split(text, '\n')) {
    if (!line.starts_with("Ip: ")) continue;
    const auto words = base::split(base::trim(line), ' ');
    for (std::size_t i = 1; i < std::min(names.size(), words.size()); ++i) {
      if (const auto value = base::to_number(words[i])) counters[names[i]] = *value;
    }
    names = words;
  }
  if (!counters.contains("ReasmOKs")) {
    throw Error(Fault::lab, "the host's /proc/net/snmp has no ReasmOKs");
  }
  return counters;
}

}  // namespace refrag::host
