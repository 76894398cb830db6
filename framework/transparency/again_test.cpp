// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/transparency/again.hpp"

#include "framework/base/catch.hpp"
#include "framework/packet/pcapng.hpp"
#include "framework/transparency/judge.hpp"
#include "framework/transparency/sample.hpp"
#include "framework/verdict/axes.hpp"

using namespace refrag;
using namespace refrag::transparency;
using verdict::CaseRecord;
using verdict::Record;
using verdict::SweepRecord;
using verdict::ViolationRecord;

namespace {

constexpr const char* capture = "kernels/k/capture/s.pcapng";

// The datagram, which loses its tag.
std::string kept() {
  const auto entered = sample::cut(sample::datagram()), left = sample::cut(sample::untagged());
  return packet::to_pcapng(sample::ports(entered, left), {});
}

// Of a run in which a judge of then saw nothing of it.
SweepRecord sweep() {
  SweepRecord record{.suite = "s", .name = "c", .kernel = "k", .cell = sample::cell};
  record.evidence.strict = true;
  record.evidence.knobs_before = record.evidence.knobs_after =
      verdict::knobs_of(sample::cell, record.evidence.mtu);
  record.evidence.counters_before = {{"ReasmOKs", 0}, {"Forward.ip", 0}};
  record.evidence.counters_after = {{"ReasmOKs", 2}, {"Forward.ip", 2}};
  record.evidence.transparency =
      verdict::Transparency{.capture = capture,
                            .frames = 4,
                            .began = std::chrono::nanoseconds(sample::began).count(),
                            .hosts = {"02:00:00:00:00:ff"}};
  record.cases = 1;
  return record;
}

CaseRecord one_case(int size = sample::size) {
  CaseRecord record;
  record.id = {"s", "c", "k", sample::cell, size};
  record.judgement = {verdict::Outcome::passed};
  record.echo = sample::echo(1);
  record.echo->size = size;
  return record;
}

ViolationRecord said(const char* kind, int size) {
  ViolationRecord record{.suite = "s", .name = "c", .kernel = "k", .cell = sample::cell};
  record.kind = kind;
  record.sizes = {size};
  return record;
}

Again look(std::vector<Record>& records, const std::optional<std::string>& file = kept()) {
  return look_again(records, [&](const std::string& path) {
    CHECK(path == capture);
    return file;
  });
}

std::vector<std::string> kinds_in(const std::vector<Record>& records) {
  std::vector<std::string> kinds;
  for (const auto& record : records) {
    if (const auto* one = std::get_if<ViolationRecord>(&record)) kinds.push_back(one->kind);
  }
  return kinds;
}

}  // namespace

TEST_CASE("what was not seen then is found in the frames that were kept", "[transparency]") {
  std::vector<Record> records = {verdict::RunRecord(), sweep(), one_case()};
  const auto result = look(records);
  CHECK(result.judged == 1);
  CHECK(result.changed == 1);
  CHECK(result.problems.empty());
  REQUIRE(kinds_in(records) == std::vector<std::string>{"tag-lost"});
  const auto& violation = std::get<ViolationRecord>(records.back());
  CHECK(violation.cell == sample::cell);
  CHECK(violation.kernel == "k");
  CHECK(std::get<SweepRecord>(records[1]).evidence.transparency->entered == 1);
}

TEST_CASE("what is said of frames that do not show it is taken back", "[transparency]") {
  std::vector<Record> records = {sweep(), one_case(), said("df-changed", sample::size)};
  CHECK(look(records).changed == 1);
  CHECK(kinds_in(records) == std::vector<std::string>{"tag-lost"});
}

TEST_CASE("looking a second time changes nothing", "[transparency]") {
  std::vector<Record> records = {sweep(), one_case()};
  look(records);
  const auto once = records;
  CHECK(look(records).changed == 0);
  CHECK(records == once);
}

TEST_CASE("what a search for edges found stays, for its frames are not kept", "[transparency]") {
  auto edge = sweep();
  edge.edge = true;
  edge.evidence.transparency->capture.clear();
  std::vector<Record> records = {sweep(), one_case(), edge, one_case(1999), said("lost", 1999)};
  look(records);
  CHECK(kinds_in(records) == std::vector<std::string>{"tag-lost", "lost"});
}

TEST_CASE("a capture that is gone, cut short or another one changes nothing, and is told",
          "[transparency]") {
  const std::vector<Record> before = {sweep(), one_case(), said("df-changed", sample::size)};
  auto cut_short = kept();
  cut_short.resize(cut_short.size() - 100);
  for (const auto& file : {std::optional<std::string>(), std::optional<std::string>("no capture"),
                           std::optional(cut_short)}) {
    auto records = before;
    const auto result = look(records, file);
    CHECK(result.judged == 0);
    REQUIRE(result.problems.size() == 1);
    CHECK_THAT(result.problems.front(), Catch::StartsWith(capture));
    CHECK(records == before);
  }
}

TEST_CASE("a sweep of which too little is known stays as it was", "[transparency]") {
  auto unknown = sweep(), missed = sweep(), clean = sweep();
  unknown.evidence.transparency->began = 0;
  missed.evidence.transparency->problem = "the capture missed 2 frames";
  clean.evidence.transparency->capture.clear();
  for (const auto& each : {unknown, missed, clean}) {
    std::vector<Record> records = {each, one_case()};
    const auto before = records;
    CHECK(look_again(records, [](const auto&) { return kept(); }).judged == 0);
    CHECK(records == before);
  }
}

TEST_CASE("a cell that no version of today knows is told and stays as it was", "[transparency]") {
  auto unknown = sweep();
  unknown.cell.set("tag", "wireguard");
  auto its_case = one_case();
  its_case.id.cell = unknown.cell;
  std::vector<Record> records = {unknown, its_case};
  const auto before = records;
  const auto result = look(records);
  CHECK(result.judged == 0);
  REQUIRE(result.problems.size() == 1);
  CHECK_THAT(result.problems.front(), Catch::Contains("there is no tag wireguard"));
  CHECK(records == before);
}

TEST_CASE("a sweep that was not of its cell has no violations", "[transparency]") {
  auto broken = sweep();
  broken.evidence.link_problem = "guest b answers nothing";
  std::vector<Record> records = {broken, one_case()};
  CHECK(look(records).changed == 0);
  CHECK(kinds_in(records).empty());
}
