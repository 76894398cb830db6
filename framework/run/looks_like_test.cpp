// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/looks_like.hpp"

#include <fstream>
#include <iterator>

#include "framework/base/catch.hpp"
#include "framework/packet/pcapng.hpp"

using namespace refrag;
using namespace refrag::run;

namespace {

const explore::Knobs hooks = {{"bridge-nf-call-iptables", "1"},
                              {"bridge-nf-call-ip6tables", "1"},
                              {"bridge-nf-filter-vlan-tagged", "1"},
                              {"bridge-nf-filter-pppoe-tagged", "1"},
                              {"mtu", "1500"},
                              {"rules", "conntrack"}};

explore::Knobs with(const std::string& knob, const std::string& value) {
  auto knobs = hooks;
  knobs[knob] = value;
  return knobs;
}

// What each violation looks like in a capture of a real kernel (fixtures/data).
std::vector<std::string> likenesses(const std::string& name, const explore::Knobs& knobs,
                                    std::string_view version) {
  std::ifstream stream(REFRAG_SOURCE_DIR "/fixtures/data/" + name + ".pcapng", std::ios::binary);
  const std::string file{std::istreambuf_iterator<char>(stream), {}};
  const auto taps = packet::from_pcapng(file);
  INFO(name);
  REQUIRE(taps);
  std::vector<std::string> all;
  for (const auto& direction : oracle::judge((*taps)[0], (*taps)[1], {})) {
    for (const auto& violation : direction.findings.violations) {
      all.push_back(looks_like(verdict::built_in_bugs(), version, knobs, violation, direction));
    }
  }
  return all;
}

using All = std::vector<std::string>;

}  // namespace

TEST_CASE("what a stock kernel does wrong looks like the bug that it is", "[run]") {
  CHECK(likenesses("stock-6.1-df-in-fragments", hooks, "6.1.192-1") == All{"df-lost"});
  CHECK(likenesses("stock-6.1-pppoe-1497", hooks, "6.1.192-1") == All{"pppoe-not-refragmented"});
  CHECK(likenesses("stock-6.1-pppoe-1493", hooks, "6.1.192-1") ==
        All{"pppoe-not-refragmented", "pppoe-not-refragmented"});
  CHECK(likenesses("stock-6.12-ipv6-stale-tag", hooks, "6.12.117-1") == All{"ipv6-stale-tag"});
  CHECK(likenesses("stock-6.12-ipv6-tag-lost", hooks, "6.12.117-1") == All{"ipv6-stale-tag"});
}

TEST_CASE("what happens where the bug is not looks like none", "[run]") {
  const auto& df = "stock-6.1-df-in-fragments";
  CHECK(likenesses(df, with("bridge-nf-call-iptables", "0"), "6.1.192-1") == All{""});
  CHECK(likenesses(df, with("rules", "accept"), "6.1.192-1") == All{""});
  CHECK(likenesses(df, hooks, "4.19.1") == All{""});
  const auto unfiltered = with("bridge-nf-filter-pppoe-tagged", "0");
  CHECK(likenesses("stock-6.1-pppoe-1497", unfiltered, "6.1.192-1") == All{""});
}

TEST_CASE("before 5.13 the bugs of what is put together are there when the rule is gone", "[run]") {
  const auto gone = with("rules", "none");
  CHECK(likenesses("stock-6.1-df-in-fragments", gone, "5.10.262-1") == All{"df-lost"});
  CHECK(likenesses("stock-6.1-pppoe-1497", gone, "5.10.262-1") == All{"pppoe-not-refragmented"});
  CHECK(likenesses("stock-6.1-pppoe-1497", gone, "6.1.192-1") == All{""});
}

TEST_CASE("what another kernel's bug does looks like none that this one is known to have",
          "[run]") {
  CHECK(likenesses("vlan-not-refragmented-1505", hooks, "6.1.192-1") == All{""});
  CHECK(likenesses("vlan-not-refragmented-1505", hooks, "2.6.29") == All{"vlan-not-refragmented"});
}

TEST_CASE("a loss is a bug's only where it loses a datagram of that length", "[run]") {
  CHECK(likenesses("stock-6.1-pppoe-1497", with("mtu", "9000"), "6.1.192-1") == All{""});
}
