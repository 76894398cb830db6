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
  std::vector<Record> records = {sweep(1), echo(0, {Outcome::passed}), sweep(2),
                                 echo(3, {Outcome::failed, "X", "y"}, 2)};
  const auto result = rejudge(records);
  CHECK(result.judged == 2);
  CHECK(result.changed == 2);
  CHECK(std::get<CaseRecord>(records[1]).judgement.kind == "PacketLoss");
  CHECK(std::get<CaseRecord>(records[3]).judgement == Judgement{Outcome::passed});
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

// What a search for an edge sends is no part of the planned sweep, whose counters do not cover it.
TEST_CASE("a case is judged by its own sweep's evidence, also where its cell was swept again",
          "[verdict]") {
  auto planned = sweep(1), edge = sweep(1);
  planned.cases = edge.cases = 1;
  edge.edge = true;
  edge.evidence.counters_after["ReasmOKs"] = 3;  // although the hooks are off
  std::vector<Record> records = {planned, echo(3, {Outcome::passed}), edge,
                                 echo(3, {Outcome::passed})};
  CHECK(rejudge(records).judged == 2);
  CHECK(std::get<CaseRecord>(records[1]).judgement.outcome == Outcome::passed);
  CHECK(std::get<CaseRecord>(records[3]).judgement.outcome == Outcome::broken);
}

TEST_CASE("what comes behind all cases of a sweep is not judged by it", "[verdict]") {
  auto planned = sweep(1);
  planned.cases = 1;
  std::vector<Record> records = {planned, echo(3, {Outcome::passed}), echo(0, {Outcome::passed})};
  CHECK(rejudge(records).judged == 1);
  CHECK(std::get<CaseRecord>(records[2]).judgement.outcome == Outcome::passed);
}
