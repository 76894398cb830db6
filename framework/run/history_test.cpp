// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/history.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::verdict;
using refrag::run::History;
using enum refrag::verdict::Outcome;

namespace {

CaseId id(int size) { return {"s", "c", "k", {}, size}; }

CaseRecord done(int size, Outcome outcome, const std::string& kind = "Kind") {
  return {id(size), {outcome, kind, ""}};
}

const std::vector<CaseId> cases{id(1), id(2), id(3), id(4)};
using Cases = std::vector<CaseId>;
bool none(const CaseRecord&) { return false; }

}  // namespace

TEST_CASE("the first attempt is for what has no result", "[run]") {
  History history;
  CHECK(history.due(cases, 1, none) == cases);
  history.add(done(1, passed));
  history.add(done(2, failed));
  history.add(done(3, broken, "Stopped"));
  CHECK(history.due(cases, 1, none) == Cases{id(3), id(4)});
  CHECK(history.done(cases) == 2);
}

TEST_CASE("a further attempt is for what did not pass, once", "[run]") {
  History history;
  for (const auto& record : {done(1, passed), done(2, failed), done(3, broken), done(4, skipped)}) {
    history.add(record);
  }
  CHECK(history.due(cases, 2, none) == Cases{id(2), id(3)});
  history.add(done(2, failed));
  CHECK(history.due(cases, 2, none) == Cases{id(3)});
  CHECK(history.due(cases, 3, none) == Cases{id(2)});
}

TEST_CASE("a loss that did not come again is what its case settled on", "[run]") {
  History history;
  for (const auto& record : {done(1, passed), done(2, failed), done(2, passed)})
    history.add(record);
  const auto settled = history.settled(cases);
  REQUIRE(settled.size() == 2);
  CHECK(settled[1].judgement.outcome == failed);
}

TEST_CASE("an expected finding needs no other attempt, our own fault does", "[run]") {
  History history;
  history.add(done(1, failed));
  history.add(done(2, broken));
  history.add(done(3, failed));
  CHECK(history.due(cases, 2, [](const auto& finding) { return finding.id.size == 1; }) ==
        Cases{id(2), id(3)});
}

TEST_CASE("what a runner left is known from its records", "[run]") {
  History history;
  history.add(std::vector<Record>{RunRecord{}, done(1, passed), NoteRecord{}, done(2, crashed)});
  CHECK(history.due(cases, 1, none) == Cases{id(3), id(4)});
  CHECK(history.due(cases, 2, none) == Cases{id(2)});
}
