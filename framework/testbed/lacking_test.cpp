// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/lacking.hpp"

#include "framework/base/catch.hpp"

namespace refrag::testbed {

namespace {

Facts host_of(const std::string& release) {
  Facts facts;
  facts.machines.push_back({"host", release, "", ""});
  return facts;
}

}  // namespace

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

TEST_CASE("a kernel that does not let go of reassembly is not asked to", "[testbed]") {
  const auto* const rules = GENERATE("none", "accept");
  CHECK_THAT(too_old(host_of("5.10.0-46-amd64"), {{"rules", rules}}),
             Catch::Contains("goes on without"));
  CHECK(too_old(host_of("5.13.0-1-amd64"), {{"rules", rules}}).empty());
  CHECK(too_old({}, {{"rules", rules}}).empty());
  CHECK(too_old(host_of("5.10.0-46-amd64"), {{"rules", "conntrack"}}).empty());
  CHECK(too_old(host_of("5.10.0-46-amd64"), {}).empty());
}

TEST_CASE("a bridge that tracks no connections itself is not asked to", "[testbed]") {
  const verdict::Knobs wanted = {{"rules", "bridge-conntrack"}};
  CHECK_THAT(too_old(host_of("4.19.0-27-amd64"), wanted), Catch::Contains("before Linux 5.3"));
  CHECK(too_old(host_of("5.10.0-46-amd64"), wanted).empty());
}

}  // namespace refrag::testbed
