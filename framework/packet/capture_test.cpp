// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/capture.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::packet;
using namespace std::chrono_literals;

namespace {

const Bytes one = {1, 1}, two = {2, 2}, three = {3, 3}, again = {9, 9};

}  // namespace

TEST_CASE("an endpoint's clock is compared by the frames that it and its port saw once",
          "[packet]") {
  // The endpoint's clock is 1000 behind; a frame takes 40 at least, each way.
  const Tap endpoint{"guest a",
                     {{0ns, Way::out_of_bridge, one},
                      {10ns, Way::out_of_bridge, again},
                      {20ns, Way::out_of_bridge, again},
                      {100ns, Way::out_of_bridge, two},
                      {300ns, Way::into_bridge, three}}};
  const Tap port{"vif1.0",
                 {{1090ns, Way::into_bridge, one},
                  {1500ns, Way::into_bridge, again},
                  {1140ns, Way::into_bridge, two},
                  {1260ns, Way::out_of_bridge, three}}};
  CHECK(clock_ahead(endpoint, port) == 1000ns);
}

TEST_CASE("without a way back the frame that was fastest counts, without any nothing does",
          "[packet]") {
  const Tap endpoint{"guest a", {{0ns, Way::out_of_bridge, one}}};
  CHECK(clock_ahead(endpoint, {"vif1.0", {{70ns, Way::into_bridge, one}}}) == 70ns);
  CHECK_FALSE(clock_ahead(endpoint, {"vif1.0", {{70ns, Way::out_of_bridge, one}}}));
  CHECK_FALSE(clock_ahead(endpoint, {}));
}
