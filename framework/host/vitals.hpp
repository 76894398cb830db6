// SPDX-License-Identifier: GPL-2.0-or-later
// The host's counters that can tell of a lost packet, and what its connection tracking holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/host/files.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::host {

struct Vitals {
  // "ReasmOKs", "Ip6.ReasmOKs", "conntrack.drop", "vif1.0.tx_drop"
  verdict::Counters counters;
  std::vector<std::string> flows;  // of connection tracking, one a line
};

Vitals read_vitals(Files& files, base::Deadline deadline);

// Those that differ, by how much.
verdict::Counters moved(const verdict::Counters& before, const verdict::Counters& after);

// Of each file's text; lines that make no sense are passed over. Pure.
void add_snmp(std::string_view text, verdict::Counters& counters);
void add_snmp6(std::string_view text, verdict::Counters& counters);
void add_conntrack_stat(std::string_view text, verdict::Counters& counters);
void add_devices(std::string_view text, verdict::Counters& counters);

}  // namespace refrag::host
