// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios against made-up bridges: what is generated is legal and various, what a bridge does
// wrong is found by the oracle, and shrinks to what a person would have written.
#include <algorithm>
#include <map>
#include <set>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/explore/generate.hpp"
#include "framework/explore/plain_traffic.hpp"
#include "framework/explore/shrink.hpp"
#include "framework/oracle/oracle.hpp"

using namespace refrag;
using namespace refrag::explore;
using packet::Bytes;
using packet::Family;

namespace {

const Ranges ranges{.values = {{"call", {"0", "1"}}, {"rule", {"absent", "present"}}}};
const Knobs plain = {{"call", "0"}, {"rule", "absent"}};

oracle::Frames frames(const std::vector<Bytes>& capture) {
  oracle::Frames all;
  for (const auto& frame : capture) all.push_back({{}, frame});
  return all;
}

// What leaves a bridge for what enters it.
using Bridge = std::function<std::vector<Bytes>(const Scenario&, std::vector<Bytes>)>;

std::set<oracle::Kind> kinds_of(const Scenario& scenario, const Bridge& bridge,
                                std::uint32_t salt) {
  const auto in = frames_of(scenario, salt);
  const auto out = bridge(scenario, in);
  std::set<oracle::Kind> kinds;
  for (const auto& violation : oracle::judge(frames(in), frames(out), {}).violations) {
    kinds.insert(violation.kind);
  }
  return kinds;
}

// Puts tagged datagrams together and sends them in one frame, or not at all when that is 5 bytes
// over the MTU: Linux 2.6.17 to 2.6.29.
std::vector<Bytes> vlan_not_refragmented(const Scenario& scenario, std::vector<Bytes> in) {
  if (scenario.knobs.at("call") == "0") return in;
  std::vector<Bytes> out;
  for (const auto& datagram : oracle::assemble(frames(in))) {
    const auto& first = datagram.first();
    const bool is_hit = datagram.is_whole && first.is_fragment && first.link.tags.size() == 1 &&
                        first.head.family == Family::ipv4 && !first.link.session;
    if (!is_hit) {
      for (const auto& piece : datagram.pieces) out.push_back(in[piece.frame]);
      for (const auto& piece : datagram.repeats) out.push_back(in[piece.frame]);
      continue;
    }
    if (datagram.payload().size() + 20 > 1504) continue;
    packet::Composition whole{.link = first.link};
    whole.v4 = {
        .from = packet::ipv4(first.head.from[0], first.head.from[1], first.head.from[2],
                             first.head.from[3]),
        .to = packet::ipv4(first.head.to[0], first.head.to[1], first.head.to[2], first.head.to[3]),
        .protocol = 17,
        .id = static_cast<std::uint16_t>(first.head.id),
        .dont_fragment = first.dont_fragment};
    whole.payload.assign(datagram.payload().begin(), datagram.payload().end());
    out.push_back(packet::compose(whole, 0, whole.payload.size()));
  }
  return out;
}

}  // namespace

TEST_CASE("a seed and a number are one scenario, another number another one", "[explore]") {
  CHECK(generate(1, 2, ranges) == generate(1, 2, ranges));
  CHECK(generate(1, 2, ranges) != generate(1, 3, ranges));
  CHECK(generate(1, 2, ranges) != generate(2, 2, ranges));
}

TEST_CASE("what is generated is legal: every datagram enters whole, in frames that fit",
          "[explore]") {
  std::map<std::string, int> seen;
  auto jumbo = ranges;
  jumbo.values["mtu"] = {"1500", "9000"};
  for (std::uint64_t number = 0; number < 400; ++number) {
    const auto scenario = generate(7, number, jumbo);
    const int mtu = std::stoi(scenario.knobs.at("mtu"));
    REQUIRE_FALSE(scenario.items.empty());
    REQUIRE(scenario.shots.size() <= ranges.frames);
    REQUIRE(complete_items(scenario) == scenario.items.size());
    const auto in = frames_of(scenario, 1);
    const auto findings = oracle::judge(frames(in), frames(in), {.mtu = mtu, .hosts = {}});
    INFO("number " << number << ": " << to_text(scenario));
    REQUIRE(findings.violations.empty());
    REQUIRE(findings.unjudged == 0);
    REQUIRE(findings.entered == scenario.items.size());
    for (const auto& item : scenario.items) {
      ++seen[item.family == Family::ipv4 ? "v4" : "v6"];
      ++seen["tags " + std::to_string(item.tags.size())];
      seen["pppoe"] += item.pppoe;
      seen["df"] += item.dont_fragment;
      seen["back"] += item.from == Side::b;
    }
    seen["call"] += scenario.knobs.at("call") == "1";
    seen["over 1500"] +=
        std::ranges::any_of(in, [](const Bytes& frame) { return frame.size() > 1500 + 22; });
  }
  CHECK(seen.size() == 10);
  for (const auto& [what, count] : seen) {
    INFO(what);
    CHECK(count > 50);
  }
}

TEST_CASE("another salt changes what tells datagrams apart, and nothing else", "[explore]") {
  const auto scenario = generate(1, 5, ranges);
  const auto one = frames_of(scenario, 1), other = frames_of(scenario, 2);
  REQUIRE(one.size() == other.size());
  CHECK(one == frames_of(scenario, 1));
  for (std::size_t i = 0; i < one.size(); ++i) {
    REQUIRE(one[i].size() == other[i].size());
    CHECK(one[i] != other[i]);
  }
}

TEST_CASE("the founding bug is found soon and shrinks to one datagram in two frames", "[explore]") {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    std::uint64_t number = 0;
    const auto shows = [](const Scenario& scenario) {
      return kinds_of(scenario, vlan_not_refragmented, 3).contains(oracle::Kind::lost);
    };
    while (!shows(generate(seed, number, ranges))) REQUIRE(++number < 100);
    const auto least = shrink(generate(seed, number, ranges), shows, plain, 5000);
    INFO("seed " << seed << ": " << to_text(least.scenario));
    CHECK(least.is_least);
    REQUIRE(least.scenario.items.size() == 1);
    CHECK(least.scenario.shots.size() == 2);
    const auto& item = least.scenario.items[0];
    CHECK(item.size == 1504 - 20 + 1);
    CHECK(item.tags.size() == 1);
    CHECK(item.from == Side::a);
    CHECK(least.scenario.knobs == Knobs{{"call", "1"}, {"rule", "absent"}});
  }
}

TEST_CASE("what needs two flows to show is left with two flows", "[explore]") {
  // State that leaks: an untagged datagram behind one of VLAN 3 leaves in VLAN 3.
  const Bridge leaks = [](const Scenario&, std::vector<Bytes> in) {
    bool after_three = false;
    for (auto& frame : in) {
      auto parsed = packet::parse_link(frame);
      const auto& tags = parsed->link.tags;
      if (tags.empty() && after_three) {
        frame.insert(frame.begin() + 12, {0x81, 0, 0, 3});
      }
      after_three = !tags.empty() && (tags[0].control & 0xfff) == 3;
    }
    return in;
  };
  const auto shows = [&](const Scenario& scenario) {
    return kinds_of(scenario, leaks, 3).contains(oracle::Kind::tag_added);
  };
  std::uint64_t number = 0;
  while (!shows(generate(1, number, ranges))) REQUIRE(++number < 100);
  const auto least = shrink(generate(1, number, ranges), shows, plain, 5000);
  INFO(to_text(least.scenario));
  REQUIRE(least.scenario.items.size() == 2);
  CHECK(least.scenario.shots.size() == 2);
  CHECK(least.scenario.items[0].size == 8);
  CHECK(least.scenario.items[1].tags.empty());
}

TEST_CASE("plain traffic is legal, goes through every hook, and keeps the other settings",
          "[explore]") {
  for (const auto* const mtu : {"1500", "9000"}) {
    const auto plain_one = plain_traffic_before({.knobs = {{"bridge-nf-call-iptables", "0"},
                                                           {"bridge-nf-call-ip6tables", "0"},
                                                           {"bridge-nf-filter-vlan-tagged", "0"},
                                                           {"mtu", mtu},
                                                           {"offloads", "0"},
                                                           {"rules", "none"}}});
    CHECK(plain_one.knobs == Knobs{{"bridge-nf-call-iptables", "1"},
                                   {"bridge-nf-call-ip6tables", "1"},
                                   {"bridge-nf-filter-vlan-tagged", "1"},
                                   {"mtu", mtu},
                                   {"offloads", "0"},
                                   {"rules", "conntrack"}});
    REQUIRE(plain_one.items.size() == 4);
    CHECK(complete_items(plain_one) == 4);
    CHECK(plain_one.shots.size() == 12);
    const auto in = frames_of(plain_one, 1);
    const auto findings =
        oracle::judge(frames(in), frames(in), {.mtu = std::stoi(mtu), .hosts = {}});
    CHECK(findings.violations.empty());
    CHECK(findings.unjudged == 0);
  }
}

TEST_CASE("every step of shrinking leads to legal traffic", "[explore]") {
  for (std::uint64_t number = 0; number < 20; ++number) {
    for (const auto& step : simpler(generate(3, number, ranges), plain)) {
      REQUIRE(complete_items(step) == step.items.size());
      const auto in = frames_of(step, 1);
      const auto findings = oracle::judge(frames(in), frames(in), {});
      INFO(to_text(step));
      REQUIRE(findings.violations.empty());
      REQUIRE(findings.unjudged == 0);
    }
  }
}

TEST_CASE("a case is stored and read again, and nonsense is refused", "[explore]") {
  for (std::uint64_t number = 0; number < 50; ++number) {
    const auto scenario = generate(11, number, ranges);
    REQUIRE(from_json(to_json(scenario), "x") == scenario);
  }
  CHECK_THROWS_AS(from_json("{}", "x"), base::Error);
  CHECK_THROWS_AS(from_json("[", "x"), base::Error);
  auto beyond = generate(11, 1, ranges);
  beyond.shots[0].end = beyond.items[beyond.shots[0].item].size + 8;
  CHECK_THROWS_WITH(from_json(to_json(beyond), "x"),
                    Catch::Contains("is no case of explore: bytes"));
}
