// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/lacking.hpp"

#include "framework/base/catch.hpp"

namespace refrag::testbed {

TEST_CASE("a host can be set to what its kernel has, and need not have what is not asked for",
          "[testbed]") {
  const verdict::Knobs whole = {
      {"br_netfilter", "1"}, {"br_netfilter-stays", "0"}, {"offloads", "1"}, {"vlans", "0"}};
  CHECK(lacking(whole, {{"br_netfilter", "0"}, {"offloads", "0"}, {"vlans", "mixed"}}).empty());
  CHECK(lacking({}, {{"br_netfilter", "1"}, {"offloads", "1"}, {"vlans", "0"}}).empty());
  CHECK(lacking({}, {}).empty());
}

TEST_CASE("what a host's kernel lacks is told by its name", "[testbed]") {
  const verdict::Knobs old = {{"br_netfilter", "1"}, {"br_netfilter-stays", "1"}};
  CHECK_THAT(lacking(old, {{"vlans", "trunk"}}), Catch::Contains("do not filter VLANs"));
  CHECK_THAT(lacking(old, {{"offloads", "0"}}), Catch::Contains("no offloads"));
  CHECK_THAT(lacking(old, {{"br_netfilter", "0"}}), Catch::Contains("cannot be unloaded"));
}

}  // namespace refrag::testbed
