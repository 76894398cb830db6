// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/arithmetic.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace refrag::packet {

std::vector<int> fragment_lengths(int payload, int mtu, Family family) {
  if (!is_fragmented(payload, mtu, family)) return {ip_length(payload, family)};
  const int headers = family == Family::ipv4 ? ipv4_header : ipv6_header + ipv6_fragment_header;
  const int most = fragment_data(mtu, family);
  std::vector<int> lengths;
  for (int data = payload + icmp_echo_header; data > 0; data -= most) {
    lengths.push_back(headers + std::min(data, most));
  }
  return lengths;
}

std::string fragments_text(int payload, int mtu, Family family) {
  const auto lengths = fragment_lengths(payload, mtu, family);
  if (lengths.size() > 4) {
    return fmt::format("{}x{}+{}", lengths.size() - 1, lengths.front(), lengths.back());
  }
  return fmt::format("{}", fmt::join(lengths, "+"));
}

std::string edge_text(int payload, int mtu, Family family) {
  const int over = ip_length(payload, family) - mtu;
  if (std::abs(over) > 64) return std::to_string(payload);
  const auto difference =
      over == 0 ? std::string() : fmt::format(" {} {}", over > 0 ? '+' : '-', std::abs(over));
  return fmt::format("{} = MTU{} - {}", payload, difference, echo_headers(family));
}

}  // namespace refrag::packet
