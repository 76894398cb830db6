// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/explain.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::verdict;
using Catch::Contains;

namespace {

Sighting seen(std::string tap, std::vector<int> lengths, const std::string& tag = "vlan3") {
  const auto count = lengths.size();
  return {std::move(tap), std::move(lengths), std::vector<std::string>(count, tag), true, 0};
}

Witness lost_request() {
  return {.sent = 1,
          .lost = 1,
          .request = {seen("card a", {1500, 25}), {.tap = "card b"}},
          .reply = {{.tap = "card b"}, {.tap = "card a"}},
          .moved = {{"ReasmOKs", 1}},
          .drops = {{{"br_dev_queue_push_xmit", "br_nf_dev_queue_xmit"}, "NOT_SPECIFIED", 0x800}}};
}

}  // namespace

TEST_CASE("a lost request is told with its hop, its counters and its drop", "[verdict]") {
  CHECK(explain(1477, 1500, lost_request()) ==
        "request 1477 entered at card a as 1500+25, was reassembled (ReasmOKs +1), and was dropped "
        "in br_dev_queue_push_xmit; nothing left at card b");
}

TEST_CASE("a drop by the rules names the hook and the kernel's reason", "[verdict]") {
  auto witness = lost_request();
  witness.moved.clear();
  witness.drops = {{{"icmp_rcv"}, "", 0x0800},
                   {{"nf_hook_slow", "br_nf_forward_ip"}, "NETFILTER_DROP", 0x0800}};
  CHECK_THAT(explain(56, 1500, witness),
             Contains("as 1500+25 and was dropped in nf_hook_slow (called by "
                      "br_nf_forward_ip), reason NETFILTER_DROP; nothing left"));
}

TEST_CASE("nothing is claimed that was not seen", "[verdict]") {
  auto witness = lost_request();
  witness.drops = {{{"unix_stream"}, "", 0}, {{"llc_rcv"}, "", 4}};
  CHECK_THAT(explain(1477, 1500, witness),
             Contains("was lost without a drop that the kernel reports"));
  witness.gaps = {"the kernel has no tracepoint"};
  CHECK_THAT(explain(1477, 1500, witness), Contains("lost (the kernel has no tracepoint)"));
  witness.lost = 0;
  CHECK(explain(1477, 1500, witness) == "1477 came back 1 of 1 times when it was sent again");
}

TEST_CASE("a lost reply says that the request arrived", "[verdict]") {
  auto witness = lost_request();
  witness.request[1] = seen("card b", {1500, 25});
  witness.reply[0] = seen("card b", {1500, 25});
  CHECK_THAT(explain(1477, 1500, witness),
             Contains("request 1477 arrived; its reply entered at card b as 1500+25"));
}

TEST_CASE("a tag that is lost on the way is what happened", "[verdict]") {
  auto witness = lost_request();
  witness.request[1] = seen("card b", {1500, 25}, "none");
  CHECK(explain(1473, 1500, witness) ==
        "request 1473 entered at card a as 1500+25 with tag vlan3 and left at card b as 1500+25 "
        "with tag none");
}

TEST_CASE("with taps in the guests it is told what they sent and what reached them", "[verdict]") {
  const auto inside = [](Sighting sighting) {
    sighting.in_guest = true;
    return sighting;
  };
  const auto here = [](const char* tap) { return seen(tap, {1500, 25}); };
  const Sighting nothing_at_b{.tap = "guest b", .in_guest = true};
  auto witness = lost_request();
  witness.reply.clear();
  witness.request = {inside(here("guest a")), here("vif1.0"), {.tap = "vif2.0"}, nothing_at_b};
  CHECK_THAT(explain(1477, 1500, witness),
             Contains("request 1477 entered at vif1.0 as 1500+25, was reassembled") &&
                 Contains("; nothing left at vif2.0"));
  CHECK(story(1477, 1500, witness)[1] ==
        "  request guest a: 1500+25 (vlan3) --> vif1.0: 1500+25 (vlan3) --> [bridge] --x  vif2.0: "
        "nothing, guest b: nothing");
  witness.request[1] = {.tap = "vif1.0"};
  CHECK(explain(1477, 1500, witness) ==
        "request 1477 was sent by guest a as 1500+25 and never reached vif1.0");
  witness.request = {inside(here("guest a")), here("vif1.0"), seen("vif2.0", {1505}), nothing_at_b};
  CHECK(explain(1477, 1500, witness) ==
        "request 1477 left at vif2.0 as 1505, over the MTU of 1500, and never reached guest b");
  witness.request[3] = inside(seen("guest b", {1500, 25}, "none"));
  CHECK_THAT(explain(1477, 1500, witness),
             Contains("and reached guest b as 1500+25 with tag none"));
  witness.request[3] = inside(here("guest b"));
  witness.reply = {nothing_at_b, {.tap = "vif2.0"}, {.tap = "vif1.0"}, inside({.tap = "guest a"})};
  CHECK(explain(1477, 1500, witness) ==
        "request 1477 reached guest b as 1500+25, and it did not answer");
  witness.reply = {inside(here("guest b")), here("vif2.0"), here("vif1.0"),
                   inside({.tap = "guest a"})};
  CHECK(explain(1477, 1500, witness) ==
        "request 1477 reached guest b; its reply left at vif1.0 as 1500+25 and never reached "
        "guest a");
}

TEST_CASE("half of a datagram that left is told, and so is one over the MTU", "[verdict]") {
  auto witness = lost_request();
  witness.request[1] = seen("card b", {25});
  witness.request[1].whole = false;
  CHECK_THAT(explain(1477, 1500, witness), Contains("only 25 left at card b"));
  witness.request[1] = seen("card b", {1505});
  CHECK_THAT(explain(1477, 1500, witness),
             Contains("left at card b as 1505, over the MTU of 1500"));
}

TEST_CASE("many equal fragments are counted", "[verdict]") {
  CHECK(frames_text(seen("a", {1500, 1500, 1500, 415})) == "3x1500+415");
  CHECK(frames_text(seen("a", {1500, 1500, 20})) == "1500+1500+20");
  CHECK(frames_text({}) == "nothing");
}

TEST_CASE("the story draws the way and lists what moved", "[verdict]") {
  const auto lines = story(1477, 1500, lost_request());
  REQUIRE(lines.size() == 4);
  CHECK(lines[1] == "  request card a: 1500+25 (vlan3) --> [bridge] --x  card b: nothing");
  CHECK(lines[2] == "  ReasmOKs +1");
  CHECK_THAT(lines[3], Contains("br_dev_queue_push_xmit < br_nf_dev_queue_xmit"));
}
