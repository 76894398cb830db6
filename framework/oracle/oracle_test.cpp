// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle against single things that a bridge does to a datagram: each has its kind.
#include "framework/oracle/oracle.hpp"

#include "framework/base/catch.hpp"
#include "framework/oracle/sample.hpp"

using namespace refrag;
using namespace refrag::oracle;
using namespace refrag::oracle::sample;

TEST_CASE("every kind of violation has its name", "[oracle]") {
  const auto sent = with_vlan(3, 2000);
  const auto in = cut(sent);
  auto changed = sent;
  const auto is = [&](const Composition& left, int mtu, Kind kind) {
    const auto out = cut(left, mtu);
    const auto findings = judge(in, out);
    INFO(texts(findings, in, out));
    CHECK(kinds(findings) == std::vector{kind});
  };
  SECTION("lost") { CHECK(kinds(judge(in, {})) == std::vector{Kind::lost}); }
  SECTION("partly lost") { CHECK(kinds(judge(in, {in[0]})) == std::vector{Kind::lost}); }
  SECTION("tag lost") { changed.link.tags.clear(), is(changed, 1500, Kind::tag_lost); }
  SECTION("tag added") {
    changed.link.tags.push_back({0x8100, 5}), is(changed, 1500, Kind::tag_added);
  }
  SECTION("tag changed") { changed.link.tags[0].control = 4, is(changed, 1500, Kind::tag_changed); }
  SECTION("priority lost") {
    changed.link.tags[0].control |= 0x2000, is(changed, 1500, Kind::tag_changed);
  }
  SECTION("tag changed its type") {
    changed.link.tags[0].type = 0x88a8, is(changed, 1500, Kind::tag_changed);
  }
  SECTION("session gained") { changed.link.session = 1, is(changed, 1492, Kind::tag_added); }
  SECTION("source") { changed.link.from = mac_b, is(changed, 1500, Kind::link_address_changed); }
  SECTION("IP source") { changed.v4.from.value += 1, is(changed, 1500, Kind::address_changed); }
  SECTION("bytes") { changed.payload[1900] ^= 1, is(changed, 1500, Kind::payload_changed); }
  SECTION("length") { changed.payload.pop_back(), is(changed, 1500, Kind::payload_changed); }
  SECTION("TTL") { changed.v4.ttl = 63, is(changed, 1500, Kind::header_changed); }
  SECTION("id") { changed.v4.id = 1, is(changed, 1500, Kind::header_changed); }
  SECTION("DF") { changed.v4.dont_fragment = true, is(changed, 1500, Kind::df_changed); }
  SECTION("one frame") { is(changed, 2020, Kind::over_mtu); }
  SECTION("host's own") {
    auto own = with_vlan(1, 60);
    own.link.from = rules.hosts[0];
    CHECK(kinds(judge({}, cut(own))).empty());
  }
}

TEST_CASE("a packet larger than the largest that entered is found below the MTU too", "[oracle]") {
  const auto sent = with_vlan(3, 1200);
  const auto findings = judge(cut(sent, 1000), cut(sent, 1500));
  CHECK(kinds(findings) == std::vector{Kind::over_largest_fragment});
  CHECK_THAT(findings.violations[0].reason,
             Catch::Contains("at most 996 bytes and left in one of 1220"));
}

TEST_CASE("a broken header and a broken PPPoE length are found in frames that left", "[oracle]") {
  auto sent = with_vlan(3, 1000);
  const auto in = cut(sent);
  auto out = in;
  out[0][18 + 10] ^= 1;
  CHECK(kinds(judge(in, out)) == std::vector{Kind::broken_frame});
  CHECK(kinds(judge(out, out)).empty());
  sent.link.session = 9;
  const auto session = cut(sent);
  auto longer = session;
  longer[0][18 + 5] ^= 1;
  CHECK(kinds(judge(session, longer)) == std::vector{Kind::broken_frame});
}

TEST_CASE("two datagrams of the same identification in two VLANs are kept apart", "[oracle]") {
  const auto three = cut(with_vlan(3, 2000));
  auto other = with_vlan(4, 2000);
  other.payload[5] = 1;
  const auto four = cut(other);
  CHECK(kinds(judge({three[0], four[0], three[1], four[1]}, {four[0], three[0], three[1], four[1]}))
            .empty());
  // The bridge put the one's head and the other's tail together.
  CHECK_FALSE(kinds(judge({three[0], four[0], three[1], four[1]}, {three[0], four[1]})).empty());
}

TEST_CASE("a violation shows its frames side by side", "[oracle]") {
  const auto in = cut(with_vlan(3, 1505));
  const auto findings = judge(in, {});
  REQUIRE(findings.violations.size() == 1);
  CHECK(
      side_by_side(findings.violations[0], frames_of(in), {}) ==
      "lost: IPv4 10.0.0.1 > 10.0.0.2 id 63 (vlan 3), 1505 bytes in 2 packets: nothing of it left\n"
      "  entered      0.000 ms  02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 3 IPv4 10.0.0.1 > "
      "10.0.0.2 protocol 1 id 63, bytes 0 to 1480 and more to come, 1500 bytes\n"
      "               0.001 ms  02:00:00:00:00:0a > 02:00:00:00:00:0b vlan 3 IPv4 10.0.0.1 > "
      "10.0.0.2 protocol 1 id 63, bytes 1480 to 1505 and the last, 45 bytes\n"
      "  left    nothing\n");
}
