// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/result.hpp"

#include <algorithm>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::verdict;
using refrag::base::Error;

namespace {

EchoEvidence echo() { return {1477, 3, 1, "message too long", 1, 1, 0, 2, 3, 1, false, 1234567}; }

std::vector<Record> one_of_each() {
  const Cell cell{{"tag", "vlan3"}, {"nf", "1"}, {"dir", "a>b"}};
  return {
      RunRecord{schema_version,
                "refrag 0.1.0",
                "2026-11-22T01:02:03",
                "ci1",
                "xen",
                "nested",
                1500,
                104,
                "1/2",
                {"refrag", "run", "--kernel", "debian:6.1"},
                "/home/ci"},
      KernelRecord{"6.1.0-42-amd64", "debian:6.1", "6.1.0-42-amd64", {{"build-id", "abc"}}, "same"},
      PhaseRecord{"6.1.0-42-amd64", "dom0 init", 1.25, 12.125, "no answer", 2},
      SweepRecord{"vlan_ping_sizes", "echo", "6.1.0-42-amd64", cell,
                  CellEvidence{1500,
                               "no neighbour",
                               {{"a", "1"}},
                               {{"a", "0"}},
                               {{"ReasmOKs", 1}},
                               {{"ReasmOKs", 5000000000}},
                               {"WARNING: at net"},
                               true,
                               Transparency{4, 3, 2, 1, "p", "c", 7, 1700000000000000001, {"m"}}},
                  0.5, 2, 13, true},
      CaseRecord{{"vlan_ping_sizes", "echo", "6.1.0-42-amd64", cell, 1477},
                 {Outcome::failed, "PacketLoss", "3 of 3 echoes lost"},
                 echo(),
                 1.5,
                 2},
      CaseRecord{{"vlan_ping_sizes", "end", "6.1", {}}, {Outcome::crashed, "HostCrashed", "x"}},
      SplatRecord{"6.1",
                  "guest a",
                  "warning",
                  "WARNING: CPU: 0 PID: 1 at net/core/dev.c:1 f+0x1/0x2",
                  "warning:f|g",
                  {"------------[ cut here ]------------", "WARNING: ..."},
                  "boot",
                  "known",
                  2},
      ViolationRecord{
          "s", "c", "6.1", {{"tag", "vlan3"}}, "over-mtu", "why", {1473}, 3, {"a", "b"}},
      NoteRecord{"6.1", "console", "line 1\nline 2"},
  };
}

std::string lines_of(const std::vector<Record>& records) {
  std::string text;
  for (const auto& record : records) text += to_line(record);
  return text;
}

}  // namespace

TEST_CASE("every record is one line that reads back as it was", "[verdict]") {
  for (const auto& record : one_of_each()) {
    const auto line = to_line(record);
    INFO(line);
    CHECK(line.find('\n') == line.size() - 1);
    CHECK(from_line(line) == record);
  }
}

TEST_CASE("a case's line has what other tools want to read", "[verdict]") {
  const auto line = to_line(one_of_each().at(4));
  for (const auto* part :
       {R"("type":"case")",
        R"("id":"vlan_ping_sizes/echo@6.1.0-42-amd64[tag=vlan3,nf=1,dir=a>b,size=1477]")",
        R"("kernel":"6.1.0-42-amd64")", R"("cell":{"tag":"vlan3","nf":"1","dir":"a>b"})",
        R"("size":1477)", R"("outcome":"failed")", R"("kind":"PacketLoss")"}) {
    CHECK_THAT(line, Catch::Contains(part));
  }
}

TEST_CASE("a stream of records is read in order", "[verdict]") {
  const auto records = one_of_each();
  const auto read = read_records(lines_of(records));
  CHECK(read.records == records);
  CHECK(read.problems.empty());
  CHECK(read_records("").records.empty());
}

TEST_CASE("a stream that was cut anywhere keeps every whole line and says so", "[verdict]") {
  const auto records = one_of_each();
  const auto text = lines_of(records);
  for (std::size_t length = 0; length <= text.size(); ++length) {
    const auto read = read_records(std::string_view(text).substr(0, length));
    const auto whole = std::count(text.begin(), text.begin() + static_cast<long>(length), '\n');
    const bool is_cut = length > 0 && text[length - 1] != '\n';
    const bool is_complete = length < text.size() && text[length] == '\n';  // only \n is missing
    REQUIRE(read.records.size() == static_cast<std::size_t>(whole) + (is_cut && is_complete));
    REQUIRE(read.problems.size() == (is_cut && !is_complete));
    if (!read.problems.empty()) CHECK_THAT(read.problems[0], Catch::Contains("cut short"));
  }
}

TEST_CASE("a bad line in the middle costs only itself", "[verdict]") {
  const auto records = one_of_each();
  const auto read = read_records(to_line(records[0]) + "{\"type\":\"ca" + to_line(records[1]) +
                                 "\n" + to_line(records[2]));
  CHECK(read.records.size() == 2);
  REQUIRE(read.problems.size() == 1);
  CHECK_THAT(read.problems[0], Catch::StartsWith("line 2: "));
}

TEST_CASE("what is not a record is refused with the reason", "[verdict]") {
  const auto* const ok =
      R"({"type":"case","suite":"s","case":"e","kernel":"k","outcome":"passed"})";
  CHECK(std::get<CaseRecord>(from_line(ok)).judgement.outcome == Outcome::passed);
  for (const auto* bad : {
           "",
           "null",
           "[]",
           "7",
           "{}",
           R"({"type":7})",
           R"({"type":"other"})",
           R"({"type":"run","schema":2})",
           R"({"type":"run","schema":0})",
           R"({"type":"run","mtu":"1500"})",
           R"({"type":"run","mtu":1e300})",
           R"({"type":"run","mtu":99999999999})",
           R"({"type":"run","planned":99999999999})",
           R"({"type":"run","planned":-99999999999})",
           R"({"type":"run","command":"x"})",
           R"({"type":"case","suite":"s","kernel":"k","outcome":"fine"})",
           R"({"type":"case","suite":"s","kernel":"k","outcome":1})",
           R"({"type":"case","suite":"s","kernel":"k","size":-99999999999})",
           R"({"type":"case","suite":"s","kernel":"k","cell":{"nf":1}})",
           R"({"type":"case","suite":"s","kernel":"k","cell":{"n,f":"1"}})",
           R"({"type":"case","suite":"s","kernel":"k","cell":"nf=1"})",
           R"({"type":"case","suite":"s","kernel":"k","echo":3})",
           R"({"type":"case","suite":"s"})",
           R"({"type":"case","suite":"s","kernel":"k","size":-1})",
           R"({"type":"sweep","mtu":65536})",
           R"({"type":"sweep","counters_before":{"a":"b"}})",
           R"({"type":"sweep","knobs_before":[1]})",
       }) {
    INFO(bad);
    CHECK_THROWS_AS(from_line(bad), Error);
  }
}

TEST_CASE("a case's line without an outcome is not a pass", "[verdict]") {
  const auto record = from_line(R"({"type":"case","suite":"s","case":"e","kernel":"k"})");
  CHECK(std::get<CaseRecord>(record).judgement.outcome == Outcome::broken);
}

TEST_CASE("text that is not UTF-8 is written as text that is", "[verdict]") {
  const NoteRecord hostile{"6.1", "console", "\x1b[31m\xff\xfe\xc3(\xed\xa0\x80 {\"]\\\r\n\x01"};
  const auto line = to_line(hostile);
  const auto text = std::get<NoteRecord>(from_line(line)).text;
  CHECK_THAT(text, Catch::StartsWith("\x1b[31m\xEF\xBF\xBD\xEF\xBF\xBD"));
  CHECK_THAT(text, Catch::EndsWith(" {\"]\\\r\n\x01"));
}
