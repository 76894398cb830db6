// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/cases.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/axes.hpp"

namespace refrag::plan {

std::vector<int> sizes_for(int mtu) {
  constexpr int least_mtu = 68;  // RFC 791
  constexpr int most_mtu = 65535;
  if (mtu < least_mtu || mtu > most_mtu) {
    throw base::Error(base::Fault::usage, fmt::format("an MTU of {} bytes is not possible", mtu),
                      fmt::format("it is {} to {}", least_mtu, most_mtu));
  }
  const int whole = packet::unfragmented_max(mtu);
  const int tagged = whole + packet::vlan_tag;
  const int two_fragments = 2 * packet::fragment_data(mtu) - packet::icmp_echo_header;
  std::vector<int> sizes = {0,
                            56,
                            1400,
                            whole - 1,
                            whole,
                            whole + 1,
                            tagged,
                            tagged + 1,
                            2000,
                            two_fragments,
                            8000,
                            two_fragments + 1,
                            packet::largest_ipv4_payload};
  std::sort(sizes.begin(), sizes.end());
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  std::erase_if(sizes, [](int size) { return size > packet::largest_ipv4_payload; });
  return sizes;
}

std::vector<int> sizes_in(const verdict::Cell& cell, int mtu) {
  const auto family = verdict::family_of(cell);
  const int sender = verdict::sender_mtu(cell, mtu), port = verdict::port_mtu(cell, mtu);
  const int whole = packet::unfragmented_max(sender, family);
  const int at_port = packet::unfragmented_max(port, family);
  const int tag = packet::vlan_tag;
  std::vector<int> sizes = {0, 56, whole - 1, whole, whole + 1, 8000, packet::largest_ipv4_payload};
  for (const int edge : {at_port - tag, at_port, at_port + tag}) {
    sizes.push_back(edge);
    sizes.push_back(edge + 1);
  }
  const int two = 2 * packet::fragment_data(sender, family) - packet::icmp_echo_header;
  sizes.insert(sizes.end(), {two, two + 1});
  std::ranges::sort(sizes);
  sizes.erase(std::unique(sizes.begin(), sizes.end()), sizes.end());
  const bool whole_only = verdict::axis_value(cell, "df") == "1";
  std::erase_if(sizes, [&](int size) {
    return size < 0 || size > packet::largest_ipv4_payload || (whole_only && size > whole);
  });
  return sizes;
}

std::vector<verdict::Cell> cells_of(const SuiteShape& shape) {
  std::vector<verdict::Cell> cells(1);
  for (const auto& axis : shape.axes) {
    std::vector<verdict::Cell> longer;
    for (const auto& cell : cells) {
      for (const auto& value : axis.values) longer.emplace_back(cell).set(axis.name, value);
    }
    cells = std::move(longer);
  }
  return cells;
}

std::vector<verdict::CaseId> cases_of(const SuiteShape& shape, const std::string& kernel, int mtu) {
  const auto usual = sizes_for(mtu);
  std::vector<verdict::CaseId> cases;
  for (const auto& cell : shape.cells.empty() ? cells_of(shape) : shape.cells) {
    const auto sizes = shape.cells.empty() ? usual : sizes_in(cell, mtu);
    for (const int size : sizes) cases.push_back({shape.suite, shape.name, kernel, cell, size});
  }
  return cases;
}

}  // namespace refrag::plan
