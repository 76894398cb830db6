// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/echo_evidence.hpp"

#include "framework/base/catch.hpp"

namespace refrag::testbed {

using protocol::SeenSize;
using protocol::SweepEnd;
using protocol::SweepResult;

TEST_CASE("both ends together say what was lost where", "[testbed]") {
  const SweepResult sender{
      .sizes = {{.size = 1476, .sent = 7, .good = 7, .max_us = 900},
                {.size = 1477, .sent = 7, .good = 0},
                {.size = 2000, .sent = 7, .good = 1, .wrong_payload = 1, .duplicates = 2}},
      .end = SweepEnd::settled};
  const std::vector<SeenSize> peer = {
      {.size = 1477, .good = 0},
      {.size = 1476, .good = 7},
      {.size = 2000, .good = 3, .wrong_payload = 1, .duplicates = 1}};
  const auto echoes = echo_evidence(sender, peer, 3);
  REQUIRE(echoes.size() == 3);
  CHECK(echoes[0] == verdict::EchoEvidence{
                         .size = 1476, .sent = 3, .good = 3, .seen_by_peer = 3, .rtt_max_us = 900});
  CHECK(echoes[1] == verdict::EchoEvidence{.size = 1477, .sent = 3, .seen_by_peer = 0});
  CHECK(echoes[2] == verdict::EchoEvidence{.size = 2000,
                                           .sent = 3,
                                           .good = 1,
                                           .wrong_payload = 1,
                                           .duplicates = 3,
                                           .seen_by_peer = 3,
                                           .seen_wrong = 1});
}

TEST_CASE("what the other end does not mention is not known", "[testbed]") {
  const SweepResult sender{.sizes = {{.size = 56, .sent = 7, .good = 7}},
                           .end = SweepEnd::answered};
  CHECK(echo_evidence(sender, {}, 3).at(0).seen_by_peer == std::nullopt);
}

TEST_CASE("only a sweep that ended by itself makes a loss certain", "[testbed]") {
  const auto settled = [](SweepEnd end) {
    return echo_evidence({.sizes = {{.size = 56, .sent = 7}}, .end = end}, {}, 3).at(0).settled;
  };
  CHECK(settled(SweepEnd::answered));
  CHECK(settled(SweepEnd::settled));
  CHECK_FALSE(settled(SweepEnd::quiet));
  CHECK_FALSE(settled(SweepEnd::deadline));
}

TEST_CASE("a sender's own refusals are told apart from losses", "[testbed]") {
  const SweepResult sender{.sizes = {{.size = 2000, .sent = 1, .too_long = 2},
                                     {.size = 56, .sent = 0, .other_errno = ENETDOWN}},
                           .end = SweepEnd::settled};
  const auto echoes = echo_evidence(sender, {}, 3);
  CHECK(echoes[0].local_errors == 2);
  CHECK(echoes[0].local_error == "message too long");
  CHECK(echoes[1].local_errors == 3);
  CHECK(echoes[1].local_error == "Network is down");
}

}  // namespace refrag::testbed
