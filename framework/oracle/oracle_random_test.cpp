// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle against made-up bridges: transparent ones of every kind are accepted, and any single
// thing that one does to the traffic is caught.
#include <algorithm>

#include "framework/base/catch.hpp"
#include "framework/oracle/random_sample.hpp"

using namespace refrag;
using namespace refrag::oracle;
using namespace refrag::oracle::sample;

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
