// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel says about itself in text and notes. Pure.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace refrag::agent {

// NT_GNU_BUILD_ID of ELF notes as in /sys/kernel/notes, in hexadecimal; empty when there is none.
std::string build_id(std::string_view notes);

// /proc/net/snmp as ("Ip.ReasmOKs", "3") pairs, those whose name begins with the prefix.
std::vector<std::pair<std::string, std::string>> snmp_counters(std::string_view text,
                                                               std::string_view prefix);

// Words between blanks and newlines.
std::vector<std::string_view> words(std::string_view text);

}  // namespace refrag::agent
