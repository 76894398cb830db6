// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/control.hpp"

#include "framework/base/catch.hpp"

using namespace refrag;
using namespace refrag::reports;
using verdict::Cell;
using verdict::Outcome;

namespace {

// A kernel whose tagged cells over `largest` come to `outcome`.
KernelRun kernel_that(int largest, Outcome outcome = Outcome::failed) {
  KernelRun kernel;
  kernel.kernel.label = "6.1.0";
  for (const auto* tag : {"none", "vlan3"}) {
    for (const int size : {1472, 1473, 1476, 1477, 2000}) {
      const bool bad = std::string_view(tag) == "vlan3" && size > largest;
      const Cell cell{{"tag", tag}, {"nf", "1"}};
      kernel.cases.push_back(
          {{"s", "echo", "6.1.0", cell, size}, {bad ? outcome : Outcome::passed}});
    }
  }
  return kernel;
}

const auto well = kernel_that(2000);
const auto sick = kernel_that(1476);

Where where_is(const KernelRun& xen, const KernelRun& wire) { return where(xen, 1500, wire, 1500); }

}  // namespace

TEST_CASE("a finding is of both testbeds, or of one", "[reports]") {
  CHECK(where_is(well, well) == Where::nowhere);
  CHECK(where_is(sick, sick) == Where::both);
  CHECK(where_is(sick, well) == Where::xen_only);
  CHECK(where_is(well, sick) == Where::bridge_only);
  CHECK(where_is(sick, kernel_that(1472)) == Where::different);
}

TEST_CASE("a testbed that proves nothing is no control", "[reports]") {
  for (const auto outcome : {Outcome::broken, Outcome::hung, Outcome::crashed}) {
    CHECK(where_is(kernel_that(1476, outcome), sick) == Where::unknown);
    CHECK(where_is(well, kernel_that(1476, outcome)) == Where::unknown);
  }
  CHECK(where_is(well, {}) == Where::unknown);
}

TEST_CASE("the control's words name kernel, signature and testbeds", "[reports]") {
  Run xen, wire;
  xen.kernels = {sick};
  wire.kernels = {sick};
  CHECK(control_words(xen, wire) == "6.1.0: vlan-not-refragmented: both\n");
  wire.kernels = {well};
  CHECK(control_words(xen, wire) == "6.1.0: vlan-not-refragmented: Xen only\n");
  wire.kernels.clear();
  CHECK(control_words(xen, wire) == "6.1.0: vlan-not-refragmented: one testbed proves nothing\n");
}
