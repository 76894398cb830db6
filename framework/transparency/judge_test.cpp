// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/transparency/judge.hpp"

#include "framework/base/catch.hpp"
#include "framework/transparency/sample.hpp"

using namespace refrag;
using namespace refrag::transparency;

namespace {

Judged judged(const sample::Frames& entered, const sample::Frames& left, int good,
              const verdict::Cell& cell = sample::cell) {
  const auto ports = sample::ports(entered, left);
  return judge({.ports = ports, .hosts = {}, .from = sample::began}, cell, 1500,
               {sample::echo(good)});
}

}  // namespace

TEST_CASE("what leaves as it entered is counted, and nothing else is said of it",
          "[transparency]") {
  const auto frames = sample::cut(sample::datagram());
  const auto result = judged(frames, frames, 1);
  REQUIRE(result.evidence);
  CHECK(result.evidence->entered == 1);
  CHECK(result.evidence->left == 1);
  CHECK(result.violations.empty());
}

TEST_CASE("a violation is one record with its size, its ports and its frames", "[transparency]") {
  const auto result = judged(sample::cut(sample::datagram()), sample::cut(sample::untagged()), 1);
  REQUIRE(result.violations.size() == 1);
  const auto& violation = result.violations.front();
  CHECK(violation.kind == "tag-lost");
  CHECK(violation.sizes == std::vector{sample::size});
  CHECK(violation.count == 1);
  CHECK_THAT(violation.reason, Catch::StartsWith("from vif1.0 to vif2.0: "));
  CHECK_FALSE(violation.lines.empty());
}

TEST_CASE("a loss is a violation only where no echo tells of it and no rule asks for it",
          "[transparency]") {
  const auto entered = sample::cut(sample::datagram());
  auto drops = sample::cell;
  drops.set("rules", "drop");
  // What left last shows that all that had entered before it would have.
  auto later = sample::datagram();
  later.v4.id = 100;
  auto all = entered, left = sample::cut(later);
  std::ranges::copy(left, std::back_inserter(all));
  REQUIRE(judged(all, left, 1).violations.size() == 1);
  CHECK(judged(all, left, 1).violations.front().kind == "lost");
  CHECK(judged(all, left, 0).violations.empty());
  CHECK(judged(all, left, 1, drops).violations.empty());
}

TEST_CASE("what leaves in larger packets is told of its echo as well", "[transparency]") {
  const auto result =
      judged(sample::cut(sample::datagram(), 1000), sample::cut(sample::datagram()), 1);
  REQUIRE(result.violations.size() == 1);
  CHECK(result.violations.front().kind == "over-largest-fragment");
  auto echo = sample::echo(1);
  add_outgrown(echo, result);
  CHECK(echo.outgrown_at_ports == 1);
  CHECK(echo.outgrown == 0);
  add_outgrown(echo, Judged());
  CHECK(echo.outgrown_at_ports == 0);
}

TEST_CASE("a capture that missed frames says so and finds nothing", "[transparency]") {
  auto ports = sample::ports(sample::cut(sample::datagram()), sample::cut(sample::untagged()));
  ports[1].missed = 2;
  const auto result = judge({.ports = ports, .hosts = {}}, sample::cell, 1500, {});
  CHECK(result.evidence->problem == "the capture missed 2 frames");
  CHECK(result.violations.empty());
  CHECK_FALSE(judge({}, sample::cell, 1500, {}).evidence);
  CHECK(judge({.ports = {}, .hosts = {}, .problem = "no"}, sample::cell, 1500, {})
            .evidence->problem == "no");
}
