// SPDX-License-Identifier: GPL-2.0-or-later
// Judging sweeps of any axis, packet sizes included (CellEvidence::strict).
#include <functional>

#include "framework/base/catch.hpp"
#include "framework/verdict/axes.hpp"
#include "framework/verdict/judge.hpp"

using namespace refrag::verdict;

namespace {

// A healthy sweep of one fragmented size through hooks that see it.
SweepEvidence healthy(const Cell& cell, int size = 2000) {
  SweepEvidence sweep;
  auto& evidence = sweep.cell;
  evidence.strict = true;
  evidence.mtu = sender_mtu(cell, 1500);
  evidence.knobs_before = evidence.knobs_after = knobs_of(cell, 1500);
  evidence.counters_before = {
      {"ReasmOKs", 5}, {"Forward.ip", 1}, {"Forward.ip6", 1}, {"Forward.bridge", 1}};
  evidence.counters_after = evidence.counters_before;
  const bool is_ipv6 = family_of(cell) == refrag::packet::Family::ipv6;
  if (axis_value(cell, "rules") == "bridge-conntrack") {
    evidence.counters_after["Forward.bridge"] += 8;
  } else if (is_hooked(cell)) {
    evidence.counters_after[is_ipv6 ? "Forward.ip6" : "Forward.ip"] += 8;
  }
  if (cell.claims_reassembly() && !is_ipv6) evidence.counters_after["ReasmOKs"] += 6;
  sweep.echoes = {{.size = size, .sent = 3, .good = 3, .seen_by_peer = 3}};
  return sweep;
}

Judgement judged(const char* cell, const std::function<void(SweepEvidence&)>& change = {}) {
  const auto parsed = *Cell::parse(cell);
  auto sweep = healthy(parsed);
  if (change) change(sweep);
  return judge(parsed, sweep).at(0);
}

}  // namespace

TEST_CASE("what is as it should be passes in every kind of cell", "[verdict]") {
  for (const auto* cell :
       {"tag=none,nf=1", "tag=none,nf=0", "tag=vlan3,nf=1,filter=0", "tag=none,nf=1,family=ipv6",
        "tag=vlan3,nf=bridge", "tag=none,nf=1,rules=accept", "tag=none,nf=ip6",
        "tag=vlan3,nf=absent", "tag=vlan3,nf=1,vlans=mixed", "tag=none,nf=1,offloads=0"}) {
    INFO(cell);
    CHECK(judged(cell).outcome == Outcome::passed);
  }
}

TEST_CASE("a setting that is not in force makes a cell broken, whichever it is", "[verdict]") {
  const auto filter_off = [](SweepEvidence& sweep) {
    sweep.cell.knobs_after["bridge-nf-filter-vlan-tagged"] = '0';
  };
  const auto result = judged("tag=vlan3,nf=1", filter_off);
  CHECK(result.outcome == Outcome::broken);
  CHECK(result.kind == "KnobNotSet");
  CHECK(result.reason == "bridge-nf-filter-vlan-tagged is 0 after the sweep, this cell needs 1");
  const auto no_knob = [](SweepEvidence& sweep) {
    sweep.cell.knobs_before.erase("nf_call_iptables");
    sweep.cell.knobs_after.erase("nf_call_iptables");
  };
  CHECK(judged("tag=none,nf=1", no_knob).outcome == Outcome::passed);
  CHECK(judged("tag=none,nf=bridge", no_knob).kind == "KnobNotSet");
  const auto as_ever = [](SweepEvidence& sweep) {  // a host that knows nothing of these
    for (const auto* name : {"br_netfilter", "vlans", "offloads"}) {
      sweep.cell.knobs_before.erase(name);
      sweep.cell.knobs_after.erase(name);
    }
  };
  CHECK(judged("tag=vlan3,nf=1", as_ever).outcome == Outcome::passed);
  for (const auto* cell :
       {"tag=none,nf=absent", "tag=vlan3,nf=1,vlans=trunk", "tag=none,nf=1,offloads=0"}) {
    INFO(cell);
    CHECK(judged(cell, as_ever).kind == "KnobNotSet");
  }
}

TEST_CASE("a cell that claims a filter the kernel does not heed has not exercised its path",
          "[verdict]") {
  const auto unseen = [](SweepEvidence& sweep) {
    sweep.cell.counters_after = sweep.cell.counters_before;
  };
  for (const auto* cell : {"tag=vlan3,nf=1", "tag=vlan3,nf=1,family=ipv6"}) {
    const auto result = judged(cell, unseen);
    CHECK(result.outcome == Outcome::broken);
    CHECK(result.kind == "PathNotExercised");
  }
}

TEST_CASE("IPv6 that the rules saw in fragments was not reassembled", "[verdict]") {
  const auto in_fragments = [](SweepEvidence& sweep) {
    sweep.cell.counters_after["Forward.ip6"] = 1 + 12;
  };
  CHECK(judged("tag=none,nf=1,family=ipv6", in_fragments).kind == "PathNotExercised");
  const auto lost_whole = [](SweepEvidence& sweep) {
    sweep.echoes[0].good = 0;
    sweep.echoes[0].seen_by_peer = 0;
    sweep.cell.counters_after["Forward.ip6"] = 1 + 4;
  };
  const auto lost = judged("tag=none,nf=1,family=ipv6", lost_whole);
  CHECK(lost.outcome == Outcome::failed);
  CHECK(lost.kind == "PacketLoss");
}

TEST_CASE("hooks that are off must not see or reassemble anything", "[verdict]") {
  const auto seen = [](SweepEvidence& sweep) { sweep.cell.counters_after["Forward.ip"] += 6; };
  CHECK(judged("tag=none,nf=0", seen).kind == "KnobWithoutEffect");
  const auto reassembled = [](SweepEvidence& sweep) { sweep.cell.counters_after["ReasmOKs"] += 6; };
  CHECK(judged("tag=none,nf=0", reassembled).kind == "KnobWithoutEffect");
  CHECK(judged("tag=none,nf=1,rules=accept", reassembled).kind == "KnobWithoutEffect");
}

TEST_CASE("what arrives in longer packets than it was sent in fails, answered or not",
          "[verdict]") {
  const auto outgrown = [](SweepEvidence& sweep) { sweep.echoes[0].outgrown = 3; };
  const auto result = judged("tag=none,nf=1,mtu=1000", outgrown);
  CHECK(result.outcome == Outcome::failed);
  CHECK(result.kind == kind::outgrown);
  CHECK(result.reason ==
        "3 requests and replies arrived in a packet longer than any of 996+996+76 that they were "
        "sent in");
}

TEST_CASE("rules that drop what is forwarded are a control of their own", "[verdict]") {
  const auto dropped = [](SweepEvidence& sweep) {
    sweep.echoes[0] = {.size = 2000, .sent = 3, .seen_by_peer = 0, .settled = false};
  };
  CHECK(judged("tag=none,nf=1,rules=drop", dropped).outcome == Outcome::passed);
  CHECK(judged("tag=none,nf=1,rules=drop").kind == "KnobWithoutEffect");
  const auto elsewhere = [&](SweepEvidence& sweep) {
    dropped(sweep);
    sweep.cell.counters_after = sweep.cell.counters_before;
  };
  CHECK(judged("tag=none,nf=1,rules=drop", elsewhere).kind == "PathNotExercised");
  CHECK(judged("tag=none,nf=0,rules=drop").outcome == Outcome::passed);
}

TEST_CASE(
    "a bridge's own rules see all that crosses, hooks or not, and prove the path by their counter",
    "[verdict]") {
  const auto unseen = [](SweepEvidence& sweep) {
    sweep.cell.counters_after["Forward.bridge"] = 3;
    sweep.cell.counters_after["Forward.ip"] += 8;  // somebody else's
  };
  for (const auto* cell :
       {"tag=none,nf=1,rules=bridge-conntrack", "tag=vlan3,nf=1,rules=bridge-conntrack",
        "tag=none,nf=0,rules=bridge-conntrack",
        "tag=vlan3,nf=bridge,filter=0,rules=bridge-conntrack",
        "tag=qinq,nf=1,rules=bridge-conntrack", "tag=none,nf=1,family=ipv6,rules=bridge-conntrack",
        "tag=pppoe,nf=1,pppoe=1,rules=bridge-conntrack",
        "tag=none,nf=absent,rules=bridge-conntrack"}) {
    INFO(cell);
    CHECK(judged(cell).outcome == Outcome::passed);
    CHECK(judged(cell, unseen).kind == "PathNotExercised");
  }
}
