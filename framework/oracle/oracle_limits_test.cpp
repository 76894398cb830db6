// SPDX-License-Identifier: GPL-2.0-or-later
// What the oracle says nothing of: what never entered whole, and the ends of a capture.
#include "framework/base/catch.hpp"
#include "framework/oracle/sample.hpp"

using namespace refrag;
using namespace refrag::oracle;
using namespace refrag::oracle::sample;

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
