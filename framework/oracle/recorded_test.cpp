// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle over what was captured of real kernels: fixtures/data/NAME.pcapng, each the few frames
// that show what its replica (fixtures/replicas) does, first port first.
#include <fstream>
#include <iterator>
#include <set>

#include "framework/base/catch.hpp"
#include "framework/oracle/taps.hpp"
#include "framework/packet/pcapng.hpp"

using namespace refrag;
using namespace refrag::oracle;

namespace {

std::string file_of(const std::string& name) {
  std::ifstream file(REFRAG_SOURCE_DIR "/fixtures/data/" + name + ".pcapng", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::set<std::string_view> kinds_in(const std::string& name, int mtu = 1500) {
  const auto file = file_of(name);
  const auto taps = packet::from_pcapng(file);
  INFO(name);
  REQUIRE(taps);
  REQUIRE(taps->size() == 2);
  std::set<std::string_view> kinds;
  const Rules rules{.mtu = mtu, .hosts = {}};
  for (const auto& direction : judge((*taps)[0], (*taps)[1], rules)) {
    for (const auto& violation : direction.findings.violations) {
      kinds.insert(to_text(violation.kind));
    }
  }
  return kinds;
}

using Kinds = std::set<std::string_view>;

}  // namespace

TEST_CASE("tagged datagrams that are not fragmented again are seen, 1504 bytes or not",
          "[oracle]") {
  CHECK(kinds_in("vlan-not-refragmented-1501") == Kinds{"over-mtu"});
  CHECK(kinds_in("vlan-not-refragmented-1505") == Kinds{"lost"});
}

TEST_CASE("every other replica that was recorded is told from the rest", "[oracle]") {
  CHECK(kinds_in("nothing-refragmented") == Kinds{"lost"});
  CHECK(kinds_in("tag-lost") == Kinds{"tag-lost"});
  CHECK(kinds_in("frag-max-size-ignored") == Kinds{"over-largest-fragment"});
  CHECK(kinds_in("small-tagged-dropped") == Kinds{"lost"});
}

// The frames alone show what they share with others: the first looks like vlan-not-refragmented,
// the other two are losses. What tells them apart is in which cells of a run that is so
// (reports/recorded_test.cpp).
TEST_CASE("replicas that depend on a rule, a family or an MTU are seen in its frames", "[oracle]") {
  CHECK(kinds_in("nfct-only") == Kinds{"over-mtu"});
  CHECK(kinds_in("ipv6-not-refragmented") == Kinds{"lost"});
  CHECK(kinds_in("jumbo-drop", 9000) == Kinds{"lost"});
  CHECK(kinds_in("jumbo-drop", 1500).empty());  // then its frames may be dropped
}

// Linux 6.1: PPPoE leaves in one piece, its length as it was in the first fragment, while four
// bytes over what fits (28b78ecffea8 makes its fragmentation unreachable); fragments with DF lose
// it.
TEST_CASE("what a stock kernel does wrong is seen as what it is", "[oracle]") {
  CHECK(kinds_in("stock-6.1-pppoe-1493") == Kinds{"broken-frame", "over-mtu"});
  CHECK(kinds_in("stock-6.1-pppoe-1497") == Kinds{"lost"});
  CHECK(kinds_in("stock-6.1-df-in-fragments") == Kinds{"df-changed"});
}

// Linux 6.12: what the bridge has kept of an IPv4 datagram's tag is put on the fragments of the
// next IPv6 one; where these are in new buffers, they have none of their own.
TEST_CASE("IPv6 in another datagram's VLAN, or in none, is seen as what it is", "[oracle]") {
  CHECK(kinds_in("stock-6.12-ipv6-stale-tag") == Kinds{"tag-changed"});
  CHECK(kinds_in("stock-6.12-ipv6-tag-lost") == Kinds{"tag-lost"});
}
