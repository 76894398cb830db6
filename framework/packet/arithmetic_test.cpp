// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/arithmetic.hpp"

#include <numeric>

#include "framework/base/catch.hpp"

using namespace refrag::packet;

TEST_CASE("an echo adds 28 bytes to its payload in IPv4 and 48 in IPv6", "[packet]") {
  CHECK(ip_length(0) == 28);
  CHECK(ip_length(1472) == 1500);
  CHECK(ip_length(largest_ipv4_payload) == 65535);
  CHECK(ip_length(1452, Family::ipv6) == 1500);
  CHECK(unfragmented_max(1500) == 1472);
  CHECK(unfragmented_max(9000) == 8972);
  CHECK(unfragmented_max(1500, Family::ipv6) == 1452);
}

TEST_CASE("an echo is fragmented from the first byte that does not fit", "[packet]") {
  CHECK_FALSE(is_fragmented(1472, 1500));
  CHECK(is_fragmented(1473, 1500));
  CHECK_FALSE(is_fragmented(1452, 1500, Family::ipv6));
  CHECK(is_fragmented(1453, 1500, Family::ipv6));
}

TEST_CASE("fragments have the lengths that were seen on the wire", "[packet]") {
  CHECK(fragments_text(1472, 1500) == "1500");
  CHECK(fragments_text(1473, 1500) == "1500+21");
  CHECK(fragments_text(1476, 1500) == "1500+24");
  CHECK(fragments_text(1477, 1500) == "1500+25");
  CHECK(fragments_text(2000, 1500) == "1500+548");
  CHECK(fragments_text(2952, 1500) == "1500+1500");
  CHECK(fragments_text(2953, 1500) == "1500+1500+21");
  CHECK(fragments_text(65507, 1500) == "44x1500+415");
  CHECK(fragment_lengths(65507, 1500).size() == 45);
}

TEST_CASE("a fragment carries a multiple of 8 bytes, whatever the MTU", "[packet]") {
  CHECK(fragment_lengths(1477, 1499) == std::vector<int>{1492, 33});
  CHECK(fragment_lengths(1453, 1500, Family::ipv6) == std::vector<int>{1496, 61});
  for (const auto family : {Family::ipv4, Family::ipv6}) {
    const int headers = family == Family::ipv4 ? 20 : 48;
    for (int mtu = 68; mtu < 1600; mtu += 7) {
      const auto lengths = fragment_lengths(3000, mtu, family);
      CHECK(std::accumulate(lengths.begin(), lengths.end(), 0) ==
            3008 + headers * static_cast<int>(lengths.size()));
      for (std::size_t i = 0; i + 1 < lengths.size(); ++i) {
        CHECK((lengths[i] - headers) % 8 == 0);
        CHECK(lengths[i] <= mtu);
        CHECK(lengths[i] > mtu - 8);
      }
      CHECK(lengths.back() <= mtu);
    }
  }
}

TEST_CASE("an edge is said as arithmetic of the MTU", "[packet]") {
  CHECK(edge_text(1476, 1500) == "1476 = MTU + 4 - 28");
  CHECK(edge_text(8976, 9000) == "8976 = MTU + 4 - 28");
  CHECK(edge_text(1472, 1500) == "1472 = MTU - 28");
  CHECK(edge_text(1468, 1500) == "1468 = MTU - 4 - 28");
  CHECK(edge_text(1456, 1500, Family::ipv6) == "1456 = MTU + 4 - 48");
  CHECK(edge_text(8000, 1500) == "8000");
}
