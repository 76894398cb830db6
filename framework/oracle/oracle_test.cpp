// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle against made-up bridges: transparent ones of every kind are accepted, and any single
// thing that one does to the traffic is caught.
#include "framework/oracle/oracle.hpp"

#include <algorithm>
#include <functional>
#include <random>

#include "framework/base/catch.hpp"
#include "framework/packet/checksum.hpp"
#include "framework/packet/compose.hpp"

using namespace refrag;
using namespace refrag::oracle;
using packet::Bytes;
using packet::Composition;
using packet::Family;

namespace {

using Random = std::mt19937;
using Capture = std::vector<Bytes>;

constexpr packet::Mac mac_a = {{2, 0, 0, 0, 0, 0xa}}, mac_b = {{2, 0, 0, 0, 0, 0xb}};
const Rules rules{.mtu = 1500, .hosts = {{{2, 0, 0, 0, 0, 0xff}}}};

std::size_t upto(Random& random, std::size_t most) { return random() % (most + 1); }

packet::Link random_link(Random& random) {
  const auto id = static_cast<std::uint16_t>(upto(random, 3));
  packet::Link link{.to = mac_b, .from = mac_a};
  switch (upto(random, 5)) {
    case 1:
      link.tags = {{packet::ether_type::vlan, id}};
      break;
    case 2:
      link.tags = {{packet::ether_type::service_vlan, id}};
      break;
    case 3:
      link.tags = {{packet::ether_type::service_vlan, 7}, {packet::ether_type::vlan, id}};
      break;
    case 4:
      link.session = id;
      break;
    case 5:
      link.tags = {{packet::ether_type::vlan, 3}};
      link.session = id;
      break;
    default:
      break;
  }
  return link;
}

Composition random_datagram(Random& random, std::uint32_t id) {
  Composition datagram{.link = random_link(random),
                       .family = upto(random, 1) ? Family::ipv4 : Family::ipv6};
  const auto host = static_cast<std::uint8_t>(upto(random, 2));
  datagram.v4 = {.from = packet::ipv4(10, 0, 0, 1),
                 .to = packet::ipv4(10, 0, 1, host),
                 .protocol = packet::udp_protocol,
                 .id = static_cast<std::uint16_t>(id)};
  datagram.v6 = {.from = {{0xfd, 0, 1}}, .to = {{0xfd, 0, 2, host}}, .flow = 77, .protocol = 17};
  datagram.v6_id = id;
  if (datagram.family == Family::ipv6) datagram.link.type = packet::ether_type::ipv6;
  datagram.payload.resize(8 + upto(random, upto(random, 9) ? 3000 : 20000));
  for (auto& byte : datagram.payload) byte = static_cast<std::uint8_t>(random());
  return datagram;
}

std::vector<std::size_t> random_cuts(Random& random, const Composition& datagram,
                                     std::size_t most) {
  std::vector<std::size_t> cuts;
  const auto room = most - (datagram.family == Family::ipv4 ? 20 : 48) -
                    (datagram.link.session ? packet::pppoe_headers : 0);
  for (std::size_t at = 0;;) {
    const auto size = 8 + upto(random, room / 8 - 1) * 8;
    const bool fits = datagram.payload.size() - at <= std::min(room, upto(random, 3) ? room : size);
    if (fits) return cuts;
    cuts.push_back(at += std::min(size, room / 8 * 8));
    if (at >= datagram.payload.size()) {
      cuts.pop_back();
      return cuts;
    }
  }
}

struct Sent {
  Composition datagram;
  Capture frames;
};

Sent random_sent(Random& random, std::uint32_t id) {
  const auto datagram = random_datagram(random, id);
  return {datagram, packet::compose(datagram, random_cuts(random, datagram, 1500))};
}

std::size_t longest(const Capture& frames) {
  std::size_t most = 0;
  for (const auto& frame : frames) most = std::max(most, piece_of(frame, 0).length);
  return most;
}

Frames frames_of(const Capture& capture) {
  Frames frames;
  for (const auto& bytes : capture) {
    frames.push_back({std::chrono::microseconds(frames.size()), bytes});
  }
  return frames;
}

Findings judge(const Capture& in, const Capture& out) {
  return oracle::judge(frames_of(in), frames_of(out), rules);
}

std::string texts(const Findings& findings, const Capture& in, const Capture& out) {
  std::string text;
  for (const auto& violation : findings.violations) {
    text += side_by_side(violation, frames_of(in), frames_of(out));
  }
  return text;
}

// Merges captures into one, each in its own order.
Capture mixed(Random& random, std::vector<Capture> parts) {
  Capture all;
  while (!parts.empty()) {
    auto& part = parts[upto(random, parts.size() - 1)];
    if (part.empty()) {
      std::swap(part, parts.back());
      parts.pop_back();
      continue;
    }
    all.push_back(part.front());
    part.erase(part.begin());
  }
  return all;
}

Composition with_vlan(std::uint16_t id, std::size_t size) {
  Composition datagram{.link = {.to = mac_b, .from = mac_a}};
  datagram.link.tags = {{packet::ether_type::vlan, id}};
  datagram.v4 = {.from = packet::ipv4(10, 0, 0, 1), .to = packet::ipv4(10, 0, 0, 2), .id = 99};
  datagram.payload.resize(size);
  for (std::size_t i = 0; i < size; ++i) datagram.payload[i] = static_cast<std::uint8_t>(i * 7);
  return datagram;
}

Capture cut(const Composition& datagram, int mtu = 1500) {
  return packet::compose(datagram, packet::cuts_for(datagram, mtu));
}

std::vector<Kind> kinds(const Findings& findings) {
  std::vector<Kind> found;
  for (const auto& violation : findings.violations) found.push_back(violation.kind);
  return found;
}

}  // namespace

TEST_CASE("a bridge may reassemble, fragment again and reorder fragments", "[oracle]") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    Random random(seed);
    std::vector<Capture> in, out;
    for (std::uint32_t id = 1; id <= 8; ++id) {
      auto [datagram, frames] = random_sent(random, id);
      auto left = frames;
      if (upto(random, 1) && frames.size() > 1) {
        datagram.v6_id += 1000;
        left = packet::compose(datagram, random_cuts(random, datagram, longest(frames)));
      }
      std::shuffle(left.begin(), left.end(), random);
      in.push_back(frames);
      out.push_back(left);
    }
    const auto entered = mixed(random, in), left = mixed(random, out);
    const auto findings = judge(entered, left);
    INFO("seed " << seed << "\n" << texts(findings, entered, left));
    REQUIRE(findings.violations.empty());
    REQUIRE(findings.left == 8);
    REQUIRE(findings.unjudged == 0);
  }
}

TEST_CASE("fragments that entered twice may leave once or twice", "[oracle]") {
  for (unsigned seed = 0; seed < 100; ++seed) {
    Random random(seed);
    auto [datagram, frames] = random_sent(random, 1);
    if (frames.size() < 2) continue;
    auto entered = frames;
    entered.push_back(frames[upto(random, frames.size() - 1)]);
    std::shuffle(entered.begin(), entered.end(), random);
    REQUIRE(kinds(judge(entered, frames)).empty());
    REQUIRE(kinds(judge(entered, entered)).empty());
    REQUIRE(kinds(judge(frames, entered)) == std::vector{Kind::duplicated});
  }
}

TEST_CASE("any single change to any frame that leaves is caught", "[oracle]") {
  Random random(7);
  for (int round = 0; round < 3000; ++round) {
    Capture in;
    for (std::uint32_t id = 1; id <= 3; ++id) {
      for (const auto& frame : random_sent(random, id).frames) in.push_back(frame);
    }
    auto out = in;
    auto& victim = out[upto(random, out.size() - 1)];
    const auto used = packet::parse_link(victim)->link.overhead() + packet::ethernet_header +
                      piece_of(victim, 0).length;
    const auto place = upto(random, used - 1);
    const auto bit = static_cast<std::uint8_t>(1 << upto(random, 7));
    victim[place] ^= bit;
    const auto findings = judge(in, out);
    INFO("round " << round << " byte " << place << " bit " << int(bit));
    REQUIRE_FALSE(findings.violations.empty());
  }
}

TEST_CASE("any frame that is missing, there twice, or not from here is caught", "[oracle]") {
  Random random(8);
  for (int round = 0; round < 300; ++round) {
    Capture in;
    for (std::uint32_t id = 1; id <= 3; ++id) {
      for (const auto& frame : random_sent(random, id).frames) in.push_back(frame);
    }
    const auto place = static_cast<std::ptrdiff_t>(upto(random, in.size() - 1));
    auto fewer = in, more = in;
    fewer.erase(fewer.begin() + place);
    more.insert(more.begin() + static_cast<std::ptrdiff_t>(upto(random, in.size())),
                in[static_cast<std::size_t>(place)]);
    REQUIRE(kinds(judge(in, fewer)) == std::vector{Kind::lost});
    REQUIRE(kinds(judge(in, more)) == std::vector{Kind::duplicated});
  }
  const auto mine = cut(with_vlan(3, 100)), other = cut(with_vlan(4, 3000));
  REQUIRE(kinds(judge({}, mine)) == std::vector{Kind::invented});
  REQUIRE(kinds(judge(mine, {mine[0], other[0], other[1]})) == std::vector{Kind::invented});
}

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

TEST_CASE("only some fragments that lose their tag are a lost tag", "[oracle]") {
  auto plain = with_vlan(3, 4000);
  const auto in = cut(plain);
  plain.link.tags.clear();
  const auto out = cut(plain);
  CHECK(kinds(judge(in, {in[0], out[1], out[2]})) == std::vector{Kind::tag_lost});
}

TEST_CASE("a tag that the bridge's VLANs are told to change is due on the other side", "[oracle]") {
  Composition datagram{.link = {.to = mac_b, .from = mac_a}, .payload = Bytes(2000, 7)};
  datagram.v4 = {
      .from = packet::ipv4(10, 0, 0, 1), .to = packet::ipv4(10, 0, 0, 2), .protocol = 17};
  const auto untagged = compose(datagram, {1480});
  datagram.link.tags = {{packet::ether_type::vlan, 3}};
  const auto tagged = compose(datagram, {1480});
  datagram.link.tags = {{packet::ether_type::vlan, 4}};
  const auto other = compose(datagram, {1480});
  const auto kinds = [](const Capture& in, const Capture& out, const Rules& told) {
    std::vector<std::string_view> all;
    for (const auto& violation : oracle::judge(frames_of(in), frames_of(out), told).violations) {
      all.push_back(to_text(violation.kind));
    }
    return all;
  };
  using Kinds = std::vector<std::string_view>;
  auto takes_away = rules, puts_on = rules;
  takes_away.retag = {{{packet::ether_type::vlan, 3}}, {}};
  puts_on.retag = {{}, {{packet::ether_type::vlan, 3}}};
  CHECK(kinds(tagged, untagged, takes_away).empty());
  CHECK(kinds(untagged, tagged, puts_on).empty());
  CHECK(kinds(tagged, tagged, takes_away) == Kinds{"tag-added"});
  CHECK(kinds(untagged, untagged, puts_on) == Kinds{"tag-lost"});
  CHECK(kinds(untagged, other, puts_on) == Kinds{"tag-changed"});
  CHECK(kinds(tagged, {}, takes_away) == Kinds{"lost"});
  CHECK(kinds(other, untagged, takes_away) == Kinds{"tag-lost"});
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

TEST_CASE("what never entered whole may be lost, and is nobody's loss", "[oracle]") {
  const auto in = cut(with_vlan(3, 4000));
  const Capture part = {in[0], in[2]};
  for (const auto& out : {Capture{}, Capture{in[0]}, Capture{in[2]}, part}) {
    const auto findings = judge(part, out);
    CHECK(kinds(findings).empty());
    CHECK(findings.unjudged == 1);
  }
  CHECK(kinds(judge(part, {in[1]})) == std::vector{Kind::invented});
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

TEST_CASE("no capture is too strange to be judged", "[oracle]") {
  Random random(9);
  for (int round = 0; round < 200; ++round) {
    Capture in;
    for (std::uint32_t id = 1; id <= 4; ++id) {
      for (auto frame : random_sent(random, 1 + id % 2).frames) {
        frame.resize(upto(random, frame.size()));
        for (int i = 0; i < 3 && !frame.empty(); ++i) {
          frame[upto(random, std::min<std::size_t>(frame.size() - 1, 40))] =
              static_cast<std::uint8_t>(random());
        }
        in.push_back(frame);
      }
    }
    const auto same = judge(in, in);
    INFO(texts(same, in, in));
    REQUIRE(kinds(same).empty());
    judge(in, {in.rbegin(), in.rend()});
  }
}

TEST_CASE("what is still on its way when a capture begins or ends is nobody's fault", "[oracle]") {
  const auto one = cut(with_vlan(3, 100)), two = cut(with_vlan(4, 100)),
             three = cut(with_vlan(5, 100));
  const auto at = [](const Capture& capture, int start) {
    auto frames = frames_of(capture);
    for (auto& frame : frames) frame.at += std::chrono::microseconds(start);
    return frames;
  };
  auto early = rules;
  early.from = std::chrono::microseconds(10);
  CHECK(oracle::judge(at(one, 5), {}, early).violations.empty());
  CHECK(oracle::judge({}, at(one, 5), early).violations.empty());
  CHECK(oracle::judge(at(one, 15), {}, early).violations.size() == 1);
  CHECK(oracle::judge(at(one, 5), at(two, 6), early).violations.empty());
  CHECK(oracle::judge(at(one, 15), at(two, 16), early).violations.size() == 1);
  auto ending = rules;
  ending.ends_early = true;
  const Capture all = {one[0], two[0], three[0]};
  CHECK(oracle::judge(frames_of(all), frames_of({two[0]}), ending).violations.size() == 1);
  CHECK(oracle::judge(frames_of(all), frames_of({three[0]}), ending).violations.size() == 2);
}
