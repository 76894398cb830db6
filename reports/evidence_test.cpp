// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/evidence.hpp"

#include "framework/base/catch.hpp"
#include "reports/junit.hpp"
#include "reports/sample.hpp"
#include "reports/stories.hpp"

using namespace refrag;
using namespace refrag::reports;
using Catch::Contains;

namespace {

const verdict::Cell cell = {{"tag", "vlan3"}, {"nf", "1"}, {"dir", "a>b"}};
constexpr const char* kept = "kernels/k/capture/s.pcapng";

verdict::Records with_capture(const std::string& path) {
  verdict::SweepRecord sweep{.suite = "s", .name = "echo", .kernel = "k", .cell = cell};
  sweep.evidence.transparency = verdict::Transparency{.capture = path};
  verdict::CaseRecord lost;
  lost.id = {"s", "echo", "k", cell, 1477};
  lost.judgement = {verdict::Outcome::failed, "PacketLoss", "3 of 3 echoes lost"};
  lost.witness = verdict::Witness();
  verdict::ViolationRecord violation{.suite = "s", .name = "echo", .kernel = "k", .cell = cell};
  violation.kind = "over-mtu";
  return {{verdict::RunRecord(), verdict::KernelRecord{.label = "k"}, sweep, lost, violation}, {}};
}

KernelRun kernel_with(const std::string& path) { return run_of(with_capture(path)).kernels.at(0); }

}  // namespace

TEST_CASE("what failed and what was seen of its frames say where the frames are", "[reports]") {
  const auto kernel = kernel_with(kept);
  REQUIRE(kernel.cases.size() == 2);
  for (const auto& one : kernel.cases) CHECK(capture_of(kernel, one) == kept);
}

TEST_CASE("of another cell, suite or attempt no frames are shown", "[reports]") {
  const auto kernel = kernel_with(kept);
  auto cell_of_another = kernel.cases.at(0), suite = cell_of_another, attempt = cell_of_another;
  cell_of_another.id.cell.set("nf", "0");
  suite.id.suite = "t";
  attempt.attempt = 2;
  for (const auto& one : {cell_of_another, suite, attempt}) CHECK(capture_of(kernel, one).empty());
}

TEST_CASE("a capture that is not in the run's folder is none", "[reports]") {
  for (const auto* path : {"", "/etc/passwd", "../x.pcapng", "kernels/../../x.pcapng"}) {
    const auto kernel = kernel_with(path);
    for (const auto& one : kernel.cases) CHECK(capture_of(kernel, one).empty());
  }
}

TEST_CASE("JUnit and the story of a loss name its capture", "[reports]") {
  const auto run = run_of(with_capture(kept));
  CHECK_THAT(junit(run).at(0).xml, Contains(std::string("frames: ") + kept));
  CHECK_THAT(stories(run), Contains(std::string("frames: ") + kept));
}
