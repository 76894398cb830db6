// SPDX-License-Identifier: GPL-2.0-or-later
// What runs of real kernels left (fixtures/data/NAME.jsonl, made by ci/record-evidence), through
// today's judge and today's table of known bugs. What was said of it then is wiped out first.
#include <algorithm>
#include <fstream>

#include "framework/base/catch.hpp"
#include "framework/verdict/rejudge.hpp"
#include "reports/run.hpp"

using namespace refrag;
using namespace refrag::reports;
using namespace refrag::verdict;

namespace {

struct Recording {
  std::string file;
  std::string bug;  // none of the stock kernel
};

const std::vector<Recording> recordings = {
    {"stock-6.1", ""},
    {"stock-6.1-xen", ""},
    {"vlan-not-refragmented", "vlan-not-refragmented"},
    {"nothing-refragmented", "nothing-refragmented"},
    {"nfct-only", "nfct-only"},
    {"tag-lost", "tag-lost"},
    {"tag-lost-xen", "tag-lost"},
    {"ipv6-not-refragmented", "ipv6-not-refragmented"},
    {"frag-max-size-ignored", "frag-max-size-ignored"},
    {"jumbo-drop", "jumbo-drop"},
    {"small-tagged-dropped", "small-tagged-dropped"},
};

const Recording& some_recording() {
  const auto place = GENERATE(range(std::size_t{0}, recordings.size()));
  UNSCOPED_INFO(recordings[place].file);
  return recordings[place];
}

// Without what was said of its echoes.
Records evidence_of(const Recording& recording) {
  std::ifstream lines(REFRAG_SOURCE_DIR "/fixtures/data/" + recording.file + ".jsonl");
  Records evidence;
  evidence.problems =
      read_records(lines, [&](Record&& one) { evidence.records.push_back(std::move(one)); });
  REQUIRE(evidence.problems.empty());
  REQUIRE_FALSE(evidence.records.empty());
  for (auto& record : evidence.records) {
    if (auto* one = std::get_if<CaseRecord>(&record)) one->judgement = {};
  }
  return evidence;
}

KernelRun judged(Records evidence, const KnownBugs& bugs = built_in_bugs()) {
  rejudge(evidence.records);
  auto run = run_of(evidence, bugs);
  REQUIRE(run.kernels.size() == 1);
  return std::move(run.kernels.front());
}

const KnownBug& bug_of(const Recording& recording) {
  const auto found = std::ranges::find(built_in_bugs(), recording.bug, &KnownBug::signature);
  REQUIRE(found != built_in_bugs().end());
  return *found;
}

std::size_t failures(const KernelRun& kernel) {
  return static_cast<std::size_t>(std::ranges::count(
      kernel.cases, Outcome::failed, [](const CaseRecord& one) { return one.judgement.outcome; }));
}

// Places of the cases that came to this outcome, in the evidence.
std::vector<std::size_t> places_of(Records evidence, Outcome outcome) {
  rejudge(evidence.records);
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < evidence.records.size(); ++i) {
    const auto* one = std::get_if<CaseRecord>(&evidence.records[i]);
    if (one != nullptr && one->judgement.outcome == outcome) places.push_back(i);
  }
  return places;
}

const CaseRecord& same_case(const KernelRun& kernel, const Record& record) {
  const auto& id = std::get<CaseRecord>(record).id;
  const auto found = std::ranges::find(kernel.cases, id, &CaseRecord::id);
  REQUIRE(found != kernel.cases.end());
  return *found;
}

void lose_one(EchoEvidence& echo) {
  --echo.good;
  if (echo.seen_by_peer) --*echo.seen_by_peer;
}

void make_good(EchoEvidence& echo) {
  echo.good = echo.sent;
  if (echo.seen_by_peer) echo.seen_by_peer = echo.sent;
  echo.outgrown = 0;
}

}  // namespace

TEST_CASE("recorded evidence gets its bug's name and no other, a stock kernel's none",
          "[reports][recorded]") {
  const auto& recording = some_recording();
  const auto evidence = evidence_of(recording);
  const auto kernel = judged(evidence);
  CHECK(kernel.signature.name == recording.bug);
  CHECK((failures(kernel) > 0) == !recording.bug.empty());
  for (const auto& one : kernel.cases) {
    INFO(one.id.text() << ": " << one.judgement.reason);
    CHECK((one.judgement.outcome == Outcome::passed || one.judgement.outcome == Outcome::failed));
  }
  auto others = built_in_bugs();
  std::erase_if(others, [&](const KnownBug& bug) { return bug.signature == recording.bug; });
  const auto without = judged(evidence, others).signature.name;
  CHECK((recording.bug.empty() ? without.empty() : without.starts_with("unnamed-")));
}

TEST_CASE("all that failed is what the bug is known to do, and what else would fail is not",
          "[reports][recorded]") {
  const auto& recording = some_recording();
  if (recording.bug.empty()) return;
  auto evidence = evidence_of(recording);
  Expectation expected;
  expected.has = bug_of(recording);
  for (const auto& one : judged(evidence).cases) {
    INFO(one.id.text() << ": " << one.judgement.reason);
    CHECK_FALSE(is_news(one, expected));
  }
  const auto cell = std::get<CaseRecord>(evidence.records.back()).id.cell;
  evidence.records.emplace_back(
      ViolationRecord{.kernel = judged(evidence).kernel.label, .cell = cell, .kind = "invented"});
  CHECK(is_news(judged(evidence).cases.back(), expected));
}

TEST_CASE("an echo less in the evidence is a loss, and no kernel keeps its name with it",
          "[reports][recorded]") {
  const auto& recording = some_recording();
  const auto evidence = evidence_of(recording);
  const auto passed = places_of(evidence, Outcome::passed);
  REQUIRE_FALSE(passed.empty());
  for (const auto place : passed) {
    auto changed = evidence;
    lose_one(*std::get<CaseRecord>(changed.records[place]).echo);
    const auto kernel = judged(changed);
    const auto& one = same_case(kernel, changed.records[place]);
    INFO(one.id.text() << ": " << one.judgement.reason);
    CHECK(one.judgement.kind == "PacketLoss");
    CHECK(kernel.signature.name != recording.bug);
  }
}

TEST_CASE("a failure that is not in the evidence any more is none, and its bug is not there either",
          "[reports][recorded]") {
  const auto& recording = some_recording();
  auto evidence = evidence_of(recording);
  const auto failed = places_of(evidence, Outcome::failed);
  CHECK(failed.empty() == recording.bug.empty());
  for (const auto place : failed) {
    auto changed = evidence;
    make_good(*std::get<CaseRecord>(changed.records[place]).echo);
    const auto kernel = judged(changed);
    const auto& one = same_case(kernel, changed.records[place]);
    INFO(one.id.text() << ": " << one.judgement.reason);
    CHECK(one.judgement.outcome != Outcome::failed);
    make_good(*std::get<CaseRecord>(evidence.records[place]).echo);
  }
  CHECK(judged(evidence).signature.name.empty());
}

TEST_CASE("a violation that is taken out of the evidence is not reported any more",
          "[reports][recorded]") {
  const auto& recording = some_recording();
  const auto evidence = evidence_of(recording);
  const auto all = failures(judged(evidence));
  for (std::size_t i = 0; i < evidence.records.size(); ++i) {
    if (!std::holds_alternative<ViolationRecord>(evidence.records[i])) continue;
    auto changed = evidence;
    changed.records.erase(changed.records.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK(failures(judged(changed)) == all - 1);
  }
}

TEST_CASE("a folder whose results say nothing or the wrong thing is judged again by its evidence",
          "[reports][recorded]") {
  const auto& recording = some_recording();
  const base::TempDir folder("recorded");
  std::string text;
  for (auto& record : evidence_of(recording).records) {
    if (auto* one = std::get_if<CaseRecord>(&record)) one->judgement = {Outcome::passed};
    text += to_line(record);
  }
  base::write_file(folder.path() / "results.jsonl", text);
  CHECK(read_run(folder.path()).kernels.at(0).signature.name.empty());
  const auto again = read_runs({folder.path()}, built_in_bugs(), Judging::again);
  CHECK(again.kernels.at(0).signature.name == recording.bug);
}
