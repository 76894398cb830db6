// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/judge.hpp"

#include "framework/base/catch.hpp"
#include "framework/packet/arithmetic.hpp"

using namespace refrag::verdict;
using Catch::Contains;

namespace {

const std::vector<int> sizes = {0,    56,   1400, 1471, 1472, 1473, 1476,
                                1477, 2000, 2952, 2953, 8000, 65507};

Cell cell(const char* tag, const char* nf, const char* dir = "a>b") {
  return {{"tag", tag}, {"nf", nf}, {"dir", dir}};
}

Knobs knobs_for(const Cell& cell) {
  return {{"bridge-nf-call-iptables", std::string(cell.at("nf"))},
          {"bridge-nf-filter-vlan-tagged", "1"},
          {"conntrack-rule", "present"}};
}

EchoEvidence answered(int size, int count = 3) {
  EchoEvidence echo;
  echo.size = size;
  echo.sent = echo.good = count;
  echo.seen_by_peer = count;
  return echo;
}

EchoEvidence lost(int size, int count = 3) {
  EchoEvidence echo;
  echo.size = size;
  echo.sent = count;
  echo.seen_by_peer = 0;
  return echo;
}

void set_counters(SweepEvidence& sweep, int reassembled) {
  sweep.cell.counters_before = {{"ReasmOKs", 1000}, {"ReasmFails", 10}};
  sweep.cell.counters_after = {{"ReasmOKs", 1000 + reassembled}, {"ReasmFails", 10}};
}

// Payloads over `edge` are lost; the host reassembles what is fragmented if its hooks are on.
SweepEvidence sweep_of(const Cell& cell, int edge) {
  SweepEvidence sweep;
  sweep.cell.knobs_before = sweep.cell.knobs_after = knobs_for(cell);
  int reassembled = 0;
  for (const int size : sizes) {
    sweep.echoes.push_back(size <= edge ? answered(size) : lost(size));
    if (refrag::packet::is_fragmented(size, 1500)) reassembled += size <= edge ? 6 : 3;
  }
  set_counters(sweep, cell.claims_reassembly() ? reassembled : 0);
  return sweep;
}

// One size in a cell where everything else is as it should be.
Judgement judge_one(const Cell& cell, const EchoEvidence& echo, int reassembled) {
  SweepEvidence sweep;
  sweep.cell.knobs_before = sweep.cell.knobs_after = knobs_for(cell);
  set_counters(sweep, reassembled);
  sweep.echoes = {echo};
  return judge(cell, sweep).at(0);
}

void check_all(const std::vector<Judgement>& judgements, Outcome outcome, const char* kind) {
  REQUIRE(judgements.size() == sizes.size());
  for (const auto& judgement : judgements) {
    CHECK(judgement.outcome == outcome);
    CHECK(judgement.kind == kind);
    CHECK(judgement.reason.empty() == (outcome == Outcome::passed));
  }
}

}  // namespace

TEST_CASE("the founding report: a stock kernel passes every size in every cell", "[verdict]") {
  for (const auto* tag : {"none", "vlan3"}) {
    for (const auto* nf : {"0", "1"}) {
      for (const auto* dir : {"a>b", "b>a"}) {
        const auto here = cell(tag, nf, dir);
        check_all(judge(here, sweep_of(here, 65507)), Outcome::passed, "");
      }
    }
  }
}

TEST_CASE("the founding report: with the bug, 1477 bytes and more are lost in VLANs", "[verdict]") {
  for (const auto* dir : {"a>b", "b>a"}) {
    const auto here = cell("vlan3", "1", dir);
    const auto judgements = judge(here, sweep_of(here, 1476));
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      INFO(sizes[i]);
      CHECK(judgements[i].outcome == (sizes[i] >= 1477 ? Outcome::failed : Outcome::passed));
      CHECK(judgements[i].kind == (sizes[i] >= 1477 ? "PacketLoss" : ""));
    }
  }
}

TEST_CASE("a loss says how the datagram was sent and whether the request or the reply was lost",
          "[verdict]") {
  const auto there = cell("vlan3", "1");
  const auto back = cell("vlan3", "1", "b>a");
  auto echo = lost(1477);
  CHECK(judge_one(there, echo, 3).reason ==
        "3 of 3 echoes lost: the request (1500+25) did not reach b");
  CHECK(judge_one(back, echo, 3).reason ==
        "3 of 3 echoes lost: the request (1500+25) did not reach a");
  echo.seen_by_peer = 3;
  CHECK(judge_one(there, echo, 3).reason ==
        "3 of 3 echoes lost: the request reached b, the reply (1500+25) did not reach a");
  echo.seen_by_peer = 2;
  echo.good = 1;
  CHECK(judge_one(there, echo, 3).reason ==
        "2 of 3 echoes lost (1500+25): 1 on the way to b, 1 on the way back");
  echo.seen_by_peer.reset();
  CHECK(judge_one(there, echo, 3).reason ==
        "2 of 3 echoes lost (1500+25), request or reply is not known");
}

TEST_CASE("one lost echo of three is a failure", "[verdict]") {
  auto echo = answered(1400);
  echo.good = 2;
  const auto judgement = judge_one(cell("none", "0"), echo, 0);
  CHECK(judgement.outcome == Outcome::failed);
  CHECK(judgement.kind == "PacketLoss");
}

TEST_CASE("an answer with other bytes or another length is a failure", "[verdict]") {
  auto echo = answered(1477);
  echo.good = 2;
  echo.wrong_payload = 1;
  auto judgement = judge_one(cell("vlan3", "1"), echo, 6);
  CHECK(judgement.outcome == Outcome::failed);
  CHECK(judgement.kind == "PayloadAltered");
  CHECK_THAT(judgement.reason, Contains("1 of 3") && Contains("on the way back"));

  echo.wrong_payload = 0;
  echo.wrong_length = 1;
  echo.seen_wrong = 1;
  judgement = judge_one(cell("vlan3", "1"), echo, 6);
  CHECK(judgement.kind == "LengthAltered");
  CHECK_THAT(judgement.reason, Contains("on the way to b"));
}

TEST_CASE("a datagram that is delivered twice is a failure", "[verdict]") {
  auto echo = answered(56);
  echo.duplicates = 2;
  const auto judgement = judge_one(cell("none", "1"), echo, 0);
  CHECK(judgement.outcome == Outcome::failed);
  CHECK(judgement.kind == "Duplicated");
}

TEST_CASE("all that went wrong with a size is in its reason", "[verdict]") {
  auto echo = answered(1477);
  echo.good = 1;
  echo.wrong_payload = 1;
  echo.duplicates = 1;
  const auto judgement = judge_one(cell("vlan3", "1"), echo, 6);
  CHECK(judgement.kind == "PayloadAltered");
  CHECK_THAT(judgement.reason, Contains("other bytes") && Contains("lost") && Contains("copies"));
}

TEST_CASE("a sweep that was not reassembled proves nothing where the cell claims it", "[verdict]") {
  for (const int reassembled : {0, 1, 47}) {  // 8 fragmented sizes, 3 echoes, both ways: 48
    const auto here = cell("vlan3", "1");
    auto sweep = sweep_of(here, 65507);
    set_counters(sweep, reassembled);
    const auto judgements = judge(here, sweep);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      INFO(reassembled << " " << sizes[i]);
      const bool fragmented = sizes[i] > 1472;
      CHECK(judgements[i].outcome == (fragmented ? Outcome::broken : Outcome::passed));
      CHECK(judgements[i].kind == (fragmented ? "PathNotExercised" : ""));
    }
  }
}

TEST_CASE("reassembly of the host's own traffic does no harm", "[verdict]") {
  const auto here = cell("vlan3", "1");
  auto sweep = sweep_of(here, 65507);
  set_counters(sweep, 53);
  check_all(judge(here, sweep), Outcome::passed, "");
}

TEST_CASE("a loss where datagrams crossed unreassembled is not booked on that cell", "[verdict]") {
  const auto here = cell("vlan3", "1");
  auto sweep = sweep_of(here, 65507);
  set_counters(sweep, 0);
  sweep.echoes.back() = lost(65507);
  CHECK(judge(here, sweep).back().kind == "PathNotExercised");
}

TEST_CASE("a loss is a finding although what was lost was never reassembled", "[verdict]") {
  const auto here = cell("vlan3", "1");
  auto sweep = sweep_of(here, 8000);
  set_counters(sweep, 42);  // seven sizes crossed both ways, 65507 never became whole
  const auto judgements = judge(here, sweep);
  CHECK(judgements.back().kind == "PacketLoss");
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i)
    CHECK(judgements[i].outcome == Outcome::passed);
}

TEST_CASE("a host that loses all fragments without reassembling any is a finding", "[verdict]") {
  const auto judgement = judge_one(cell("none", "1"), lost(2000), 0);
  CHECK(judgement.outcome == Outcome::failed);
  CHECK_THAT(judgement.reason, Contains("the host reassembled nothing"));
}

TEST_CASE("an answer proves that request and reply crossed, also when the peer cannot say",
          "[verdict]") {
  auto echo = answered(2000);
  echo.seen_by_peer.reset();
  CHECK(judge_one(cell("none", "1"), echo, 5).kind == "PathNotExercised");
  CHECK(judge_one(cell("none", "1"), echo, 6).outcome == Outcome::passed);
}

TEST_CASE("the loss of a whole packet says nothing of reassembly", "[verdict]") {
  const auto judgement = judge_one(cell("none", "1"), lost(56), 0);
  CHECK(judgement.reason == "3 of 3 echoes lost: the request did not reach b");
}

TEST_CASE("reassembly with the hooks off means that the knob has no effect", "[verdict]") {
  const auto here = cell("vlan3", "0");
  auto sweep = sweep_of(here, 65507);
  set_counters(sweep, 1);
  const auto judgements = judge(here, sweep);
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    CHECK(judgements[i].kind == (sizes[i] > 1472 ? "KnobWithoutEffect" : ""));
    CHECK(judgements[i].outcome == (sizes[i] > 1472 ? Outcome::broken : Outcome::passed));
  }
}

TEST_CASE("without the host's counters no fragmented size passes", "[verdict]") {
  const auto here = cell("none", "1");
  auto sweep = sweep_of(here, 65507);
  sweep.cell.counters_after.clear();
  const auto judgements = judge(here, sweep);
  CHECK(judgements.front().outcome == Outcome::passed);
  CHECK(judgements.back().kind == "CountersNotRead");
  CHECK(judgements.back().outcome == Outcome::broken);
}

TEST_CASE("a knob that reads back differently breaks the whole cell", "[verdict]") {
  struct Wrong {
    const char* tag;
    const char* nf;
    const char* knob;
    const char* value;
  };
  const std::vector<Wrong> all = {{"none", "1", "bridge-nf-call-iptables", "0"},
                                  {"none", "0", "bridge-nf-call-iptables", "1"},
                                  {"vlan3", "1", "bridge-nf-filter-vlan-tagged", "0"},
                                  {"vlan3", "1", "conntrack-rule", "absent"}};
  for (const auto& wrong : all) {
    INFO(wrong.knob << " with nf=" << wrong.nf);
    const auto here = cell(wrong.tag, wrong.nf);
    auto before = sweep_of(here, 65507);
    before.cell.knobs_before[wrong.knob] = wrong.value;
    check_all(judge(here, before), Outcome::broken, "KnobNotSet");
    auto after = sweep_of(here, 65507);
    after.cell.knobs_after[wrong.knob] = wrong.value;
    check_all(judge(here, after), Outcome::broken, "KnobNotSet");
    CHECK_THAT(judge(here, after).front().reason, Contains(wrong.knob) && Contains("after"));
  }
}

TEST_CASE("a knob that was not read back counts as not set", "[verdict]") {
  const auto here = cell("vlan3", "1");
  auto sweep = sweep_of(here, 65507);
  sweep.cell.knobs_before.clear();
  check_all(judge(here, sweep), Outcome::broken, "KnobNotSet");
}

TEST_CASE("untagged traffic does not need filter-vlan-tagged, nor nf=0 a rule", "[verdict]") {
  auto untagged = sweep_of(cell("none", "1"), 65507);
  untagged.cell.knobs_before["bridge-nf-filter-vlan-tagged"] = '0';
  untagged.cell.knobs_after = untagged.cell.knobs_before;
  check_all(judge(cell("none", "1"), untagged), Outcome::passed, "");
  auto off = sweep_of(cell("vlan3", "0"), 65507);
  off.cell.knobs_before["conntrack-rule"] = "absent";
  off.cell.knobs_after = off.cell.knobs_before;
  check_all(judge(cell("vlan3", "0"), off), Outcome::passed, "");
}

TEST_CASE("without a neighbour the whole cell is broken", "[verdict]") {
  const auto here = cell("vlan3", "1");
  auto sweep = sweep_of(here, -1);
  sweep.cell.link_problem = "b does not answer ARP";
  check_all(judge(here, sweep), Outcome::broken, "LinkNotReady");
}

TEST_CASE("what the sender's own stack refused is our fault", "[verdict]") {
  auto echo = answered(1477, 2);
  echo.local_errors = 1;
  echo.local_error = "message too long";
  const auto judgement = judge_one(cell("vlan3", "1"), echo, 4);
  CHECK(judgement.outcome == Outcome::broken);
  CHECK(judgement.kind == "SendFailed");
  CHECK(judgement.reason == "a's own stack refused 1 of 3 requests: message too long");
}

TEST_CASE("nothing sent is not a pass", "[verdict]") {
  const auto judgement = judge_one(cell("vlan3", "1"), {}, 0);
  CHECK(judgement.outcome == Outcome::broken);
  CHECK(judgement.kind == "NothingSent");
}

TEST_CASE("what is missing when nothing came through any more is not called lost", "[verdict]") {
  auto echo = answered(56);
  echo.good = 2;
  echo.settled = false;
  auto judgement = judge_one(cell("none", "0"), echo, 0);
  CHECK(judgement.outcome == Outcome::broken);
  CHECK(judgement.kind == "LinkLost");
  echo.good = 3;  // nothing is missing
  CHECK(judge_one(cell("none", "0"), echo, 0).outcome == Outcome::passed);
  echo.good = 1;  // altered bytes are altered bytes
  echo.wrong_payload = 1;
  CHECK(judge_one(cell("none", "0"), echo, 0).outcome == Outcome::failed);
}

TEST_CASE("evidence that contradicts itself is broken", "[verdict]") {
  auto more_answers = answered(56);
  more_answers.good = 4;
  auto more_seen = answered(56);
  more_seen.seen_by_peer = 4;
  auto negative = answered(56);
  negative.wrong_length = -1;
  for (const auto& echo : {more_answers, more_seen, negative}) {
    CHECK(judge_one(cell("none", "0"), echo, 0).kind == "EvidenceContradictory");
  }
  const auto here = cell("none", "1");
  auto sweep = sweep_of(here, 65507);
  sweep.cell.mtu = 0;
  check_all(judge(here, sweep), Outcome::broken, "EvidenceContradictory");
}
