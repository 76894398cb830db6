// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/rejudge.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::verdict;

namespace {

const Cell cell = {{"tag", "vlan3"}, {"nf", "0"}, {"dir", "a>b"}};

SweepRecord sweep(int attempt) {
  CellEvidence evidence;
  evidence.knobs_before = evidence.knobs_after = {{"bridge-nf-call-iptables", "0"}};
  evidence.counters_before = evidence.counters_after = {{"ReasmOKs", 0}};
  return {"s", "c", "k", cell, evidence, 1, attempt};
}

CaseRecord echo(int good, Judgement judgement, int attempt = 1) {
  CaseRecord record;
  record.id = {"s", "c", "k", cell, 1477};
  record.judgement = std::move(judgement);
  record.echo = EchoEvidence{.size = 1477, .sent = 3, .good = good, .seen_by_peer = good};
  record.attempt = attempt;
  return record;
}

}  // namespace

TEST_CASE("a judgement that does not follow from its evidence is put right", "[verdict]") {
  std::vector<Record> records = {sweep(1), echo(0, {Outcome::passed}),
                                 echo(3, {Outcome::failed, "X", "y"}, 2), sweep(2)};
  const auto result = rejudge(records);
  CHECK(result.judged == 2);
  CHECK(result.changed == 2);
  CHECK(std::get<CaseRecord>(records[1]).judgement.kind == "PacketLoss");
  CHECK(std::get<CaseRecord>(records[2]).judgement == Judgement{Outcome::passed});
  CHECK(rejudge(records).changed == 0);
}

TEST_CASE("what has no evidence keeps its judgement", "[verdict]") {
  CaseRecord crashed;
  crashed.id = {"s", "c", "k", cell, 1477};
  crashed.judgement = {Outcome::crashed, "HostCrashed", "x"};
  std::vector<Record> records = {sweep(1), crashed, echo(0, {Outcome::broken, "A", "b"}, 7)};
  const auto before = records;
  CHECK(rejudge(records).judged == 0);
  CHECK(records == before);
}
