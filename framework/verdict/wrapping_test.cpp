// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/wrapping.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using namespace refrag::verdict;

TEST_CASE("a tag says what is around a packet, outermost first", "[verdict]") {
  CHECK(wrapping_of("none") == Wrapping());
  CHECK(wrapping_of("vlan3").tags == std::vector<packet::Tag>{{0x8100, 3}});
  CHECK(wrapping_of("ad4094").tags == std::vector<packet::Tag>{{0x88a8, 4094}});
  CHECK(wrapping_of("qinq").tags == std::vector<packet::Tag>{{0x88a8, 3}, {0x8100, 4}});
  CHECK((wrapping_of("prio").tags.at(0).control & 0x0fff) == 0);
  CHECK(wrapping_of("pppoe").session);
}

TEST_CASE("PPPoE alone takes room in a port's MTU", "[verdict]") {
  CHECK(wrapping_of("qinq").room() == 0);
  CHECK(wrapping_of("pppoe").room() == 8);
}

TEST_CASE("a tag that nobody knows is refused", "[verdict]") {
  for (const auto* tag : {"", "vlan", "vlan0", "vlan4095", "ad0", "tagged", "vlan3x"}) {
    CHECK_THROWS_AS(wrapping_of(tag), base::Error);
  }
}
