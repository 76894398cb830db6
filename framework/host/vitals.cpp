// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/vitals.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "framework/base/text.hpp"

namespace refrag::host {

using verdict::Counters;

namespace {

constexpr const char* snmp = "/proc/net/snmp";
constexpr const char* snmp6 = "/proc/net/snmp6";
constexpr const char* conntrack_stat = "/proc/net/stat/nf_conntrack";
constexpr const char* devices = "/proc/net/dev";
constexpr const char* flows = "/proc/net/nf_conntrack";
constexpr std::size_t most_flows = 1000;

std::vector<std::string> words(std::string_view line) {
  auto all = base::split(line, ' ');
  for (auto& word : all) word = base::trim(word);
  std::erase_if(all, [](const std::string& word) { return word.empty(); });
  return all;
}

// Of the IP layer: what reassembles, cuts up and throws away.
bool tells(std::string_view name) {
  constexpr std::array<std::string_view, 5> parts = {"Reasm", "Frag", "Discards", "HdrErrors",
                                                     "NoRoutes"};
  return std::ranges::any_of(parts, [&](auto part) { return name.find(part) != name.npos; });
}

}  // namespace

void add_snmp(std::string_view text, Counters& counters) {
  std::vector<std::string> names;
  for (const auto& line : base::split(text, '\n')) {
    if (!line.starts_with("Ip: ")) continue;
    const auto values = words(line);
    for (std::size_t i = 1; i < std::min(names.size(), values.size()); ++i) {
      const auto value = base::to_number(values[i]);
      if (value && tells(names[i])) counters[names[i]] = *value;
    }
    names = values;
  }
}

void add_snmp6(std::string_view text, Counters& counters) {
  constexpr std::string_view prefix = "Ip6";
  for (const auto& line : base::split(text, '\n')) {
    const auto pair = words(line);
    if (pair.size() != 2 || !pair[0].starts_with(prefix) || !tells(pair[0])) continue;
    const auto name = fmt::format("Ip6.{}", pair[0].substr(prefix.size()));
    if (const auto value = base::to_number(pair[1])) counters[name] = *value;
  }
}

// A line of names, then one of hexadecimal numbers for each processor.
void add_conntrack_stat(std::string_view text, Counters& counters) {
  constexpr std::array<std::string_view, 5> telling = {"invalid", "insert_failed", "drop",
                                                       "early_drop", "icmp_error"};
  const auto lines = base::split(text, '\n');
  if (lines.empty()) return;
  const auto names = words(lines.front());
  for (std::size_t row = 1; row < lines.size(); ++row) {
    const auto values = words(lines[row]);
    for (std::size_t i = 0; i < std::min(names.size(), values.size()); ++i) {
      if (std::ranges::find(telling, names[i]) == telling.end()) continue;
      std::int64_t value = 0;
      std::from_chars(values[i].data(), values[i].data() + values[i].size(), value, 16);
      counters[fmt::format("conntrack.{}", names[i])] += value;
    }
  }
}

// "  eth0: bytes packets errs drop fifo frame compressed multicast, and the same for sending"
void add_devices(std::string_view text, Counters& counters) {
  constexpr std::size_t columns = 16;
  constexpr std::array<std::pair<std::size_t, const char*>, 4> telling = {
      {{2, ".rx_errors"}, {3, ".rx_drop"}, {10, ".tx_errors"}, {11, ".tx_drop"}}};
  for (const auto& line : base::split(text, '\n')) {
    const auto colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string name(base::trim(std::string_view(line).substr(0, colon)));
    const auto values = words(std::string_view(line).substr(colon + 1));
    if (values.size() < columns) continue;
    for (const auto& [column, suffix] : telling) {
      if (const auto value = base::to_number(values[column])) counters[name + suffix] = *value;
    }
  }
}

Vitals read_vitals(Files& files, base::Deadline deadline) {
  const auto said = files.read({snmp, snmp6, conntrack_stat, devices, flows}, deadline);
  const auto text = [&](const char* path) {
    const auto found = said.find(path);
    return found == said.end() ? std::string() : found->second;
  };
  Vitals vitals;
  add_snmp(text(snmp), vitals.counters);
  add_snmp6(text(snmp6), vitals.counters);
  add_conntrack_stat(text(conntrack_stat), vitals.counters);
  add_devices(text(devices), vitals.counters);
  for (const auto& line : base::split(text(flows), '\n')) {
    if (!line.empty() && vitals.flows.size() < most_flows) {
      vitals.flows.push_back(base::printable(line));
    }
  }
  return vitals;
}

Counters moved(const Counters& before, const Counters& after) {
  Counters result;
  for (const auto& [name, value] : after) {
    const auto was = before.find(name);
    if (was != before.end() && was->second != value) result[name] = value - was->second;
  }
  return result;
}

}  // namespace refrag::host
