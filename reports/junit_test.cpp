// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/junit.hpp"

#include <algorithm>
#include <map>

#include "framework/base/catch.hpp"
#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "reports/sample.hpp"

using namespace refrag;
using namespace refrag::reports;
using Catch::Contains;
using verdict::CaseRecord;
using verdict::Outcome;

namespace {

const std::string schema = REFRAG_SOURCE_DIR "/reports/junit-strict.xsd";

// Fails when xmllint is missing: the schema is the contract with every reader.
base::Output xmllint(const base::fs::path& file) {
  return base::run({{"xmllint", "--noout", "--schema", schema, file.string()}},
                   base::Deadline::in(base::seconds(30)));
}

base::Output xmllint(const std::string& xml) {
  const base::TempDir folder("xml");
  base::write_file(folder.path() / "x.xml", xml);
  return xmllint(folder.path() / "x.xml");
}

void check_valid(const std::string& xml) {
  const auto output = xmllint(xml);
  INFO(output.err);
  CHECK(output.ok());
}

std::vector<CaseRecord> one_of_each(const std::string& text) {
  std::vector<CaseRecord> cases;
  int size = 0;
  for (const auto outcome : {Outcome::passed, Outcome::skipped, Outcome::broken, Outcome::failed,
                             Outcome::hung, Outcome::crashed}) {
    for (const auto& kind : {std::string("PacketLoss"), std::string("yaml"), text}) {
      cases.push_back({{"s", "echo", "6.1", verdict::Cell{{"nf", "1"}}, size++},
                       {outcome, kind, text},
                       verdict::EchoEvidence{size, 3, 1, text}});
    }
  }
  return cases;
}

Run run_with(std::vector<verdict::Record> more, const std::vector<CaseRecord>& cases) {
  more.insert(more.end(), cases.begin(), cases.end());
  return run_of({more, {}});
}

int count(const std::string& text, std::string_view part) {
  int found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

// "tests failures errors skipped" of each file, as python3-junitparser (of Debian's Python) counts.
std::string counts_by_junitparser(const std::vector<base::fs::path>& files) {
  constexpr const char* script = R"(
import sys
from junitparser import JUnitXml, Failure, Error, Skipped
for path in sys.argv[1:]:
    for suite in JUnitXml.fromfile(path):
        cases = list(suite)
        by = lambda kind: sum(isinstance(r, kind) for c in cases for r in c.result)
        counted = (len(cases), by(Failure), by(Error), by(Skipped))
        stated = (suite.tests, suite.failures, suite.errors, suite.skipped)
        assert counted == stated, (counted, stated)
        print(*counted)
)";
  std::vector<std::string> argv = {"/usr/bin/python3", "-c", script};
  for (const auto& file : files) argv.push_back(file.string());
  const auto output = base::run({argv}, base::Deadline::in(base::seconds(60)));
  INFO(output.err);
  CHECK(output.ok());
  return output.out;
}

}  // namespace

TEST_CASE("a run's files are valid in the strict dialect and say what failed", "[reports]") {
  const auto files = junit(run_of(sample::founding_report()));
  REQUIRE(files.size() == 2);
  CHECK(files[0].name == "6.1.0-42-amd64.vlan_ping_sizes.xml");
  CHECK(files[1].name == "6.1.0-42-amd64+replica_vlan-not-refragmented.vlan_ping_sizes.xml");
  for (const auto& file : files) check_valid(file.xml);
  CHECK(count(files[0].xml, "<testcase ") == sample::cases_a_kernel);
  CHECK(count(files[0].xml, "<failure ") == 0);
  CHECK(count(files[1].xml, "<failure ") == 12);
  CHECK_THAT(files[1].xml,
             Contains(R"(tests="104" failures="12" errors="0" skipped="0" time="10.400")"));
  CHECK_THAT(files[1].xml, Contains("vlan-not-refragmented: largest payload that passes: 1476"));
}

TEST_CASE("junitparser reads the counts that were written", "[reports]") {
  const base::TempDir folder("junit");
  auto records = sample::founding_report();
  const auto each = one_of_each("why");
  records.records.insert(records.records.end(), each.begin(), each.end());
  const auto files = write_junit(run_of(records), folder.path() / "junit");
  CHECK(counts_by_junitparser(files) == "104 0 0 0\n104 12 0 0\n18 9 3 3\n");
}

TEST_CASE("each outcome is the element that readers take it for", "[reports]") {
  const auto xml = junit(run_with({}, one_of_each("why"))).at(0).xml;
  check_valid(xml);
  CHECK(count(xml, "<failure ") == 9);  // failed, hung, crashed
  CHECK(count(xml, "<error ") == 3);
  CHECK(count(xml, "<skipped ") == 3);
  CHECK_THAT(xml, Contains(R"(type="PacketLoss")") && Contains(R"(type="Hung")"));
  CHECK_THAT(xml, !Contains(R"(type="yaml")"));
}

TEST_CASE("a failure repeats its message and shows the command that repeats the case",
          "[reports]") {
  const auto xml = junit(run_of(sample::founding_report())).at(1).xml;
  CHECK_THAT(xml, Contains("message=\"3 of 3 echoes lost: the request (1500+25) did not reach b\" "
                           "type=\"PacketLoss\">3 of 3 echoes lost"));
  CHECK_THAT(
      xml,
      Contains("repeat: refrag run --testbed 'xen' --kernel 'debian:6.1' --suite 'vlan_ping_sizes' "
               "--select 'tag=vlan3,nf=1,dir=a&gt;b,size=1477'"));
}

TEST_CASE("hostile text breaks no file", "[reports]") {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (const auto& text : {sample::hostile, every_byte, std::string(), std::string("\n\n")}) {
    verdict::RunRecord run;
    run.machine = run.started = run.tool = run.lab = text;
    auto cases = one_of_each(text);
    for (auto& one : cases) one.id.kernel = one.id.suite = one.id.name = "k" + text;
    const auto files =
        junit(run_with({run, verdict::KernelRecord{"k" + text, text, text, {{"p" + text, text}}},
                        verdict::NoteRecord{"k" + text, text, text},
                        verdict::PhaseRecord{"k" + text, text, 0, 0, text}},
                       cases));
    for (const auto& file : files) {
      check_valid(file.xml);
      CHECK(file.name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                        "0123456789-_.+") == std::string::npos);
    }
  }
}

TEST_CASE("a console of many megabytes is cut in the middle", "[reports]") {
  const auto text = "head" + std::string(4u << 20, '\x1b') + "tail";
  auto one = one_of_each("why").at(9);
  one.judgement.reason = text;
  const auto xml = junit(run_with({verdict::NoteRecord{"6.1", "console", text}}, {one})).at(0).xml;
  CHECK(xml.size() < 2u << 20);
  CHECK_THAT(xml, Contains("head?") && Contains("?tail") && Contains("bytes left out"));
  check_valid(xml);
}

TEST_CASE("a time that is no time, and a date that is no date, are replaced", "[reports]") {
  verdict::RunRecord run;
  for (const auto* date : {"", "yesterday", "2026-02-30T00:00:00", "2026-11-22T01:02:03Z"}) {
    run.started = date;
    auto one = one_of_each("why").at(0);
    one.seconds = -1;
    const auto xml = junit(run_with({run}, {one})).at(0).xml;
    check_valid(xml);
    CHECK_THAT(xml, Contains("1970-01-01T00:00:00") && Contains(R"(time="0.000")"));
  }
}

TEST_CASE("kernels whose names look alike have files and classes of their own", "[reports]") {
  auto a = one_of_each("why").at(0);
  auto b = a;
  auto c = a;
  a.id.kernel = "6.1:x";
  b.id.kernel = "6.1/x";
  c.id.kernel = "6_1_x";
  const auto files = junit(run_with({}, {a, b, c}));
  REQUIRE(files.size() == 3);
  CHECK(files[0].name != files[1].name);
  CHECK_THAT(files[0].xml, Contains("classname=\"refrag.linux-6_1_x.s\""));
  CHECK_THAT(files[1].xml, Contains("classname=\"refrag.linux-6_1_x-2.s\""));
  CHECK_THAT(files[2].xml, Contains("classname=\"refrag.linux-6_1_x-3.s\""));
}

TEST_CASE("every attempt is told, and only our own fault is forgiven", "[reports]") {
  auto first = one_of_each("why").at(9);
  auto second = first;
  second.attempt = 2;
  second.judgement = {Outcome::passed};
  const auto lost = junit(run_with({}, {first, second})).at(0).xml;
  check_valid(lost);
  CHECK(count(lost, "<testcase ") == 1);
  CHECK(count(lost, "<failure ") == 1);
  CHECK_THAT(lost, Contains("attempt 2 of s/echo@6.1[nf=1,size=9]: passed"));

  first.judgement.outcome = Outcome::broken;
  const auto ours = junit(run_with({}, {first, second})).at(0).xml;
  check_valid(ours);
  CHECK(count(ours, "<error ") == 0);
  CHECK_THAT(ours, Contains("attempt 1 of s/echo@6.1[nf=1,size=9]: broken: why"));
}

TEST_CASE("the schema refuses what some reader would not take", "[reports]") {
  const auto good = junit(run_with({}, one_of_each("why"))).at(0).xml;
  check_valid(good);
  const auto replaced = [&](std::string_view from, std::string_view to) {
    auto bad = good;
    const auto at = bad.find(from);
    REQUIRE(at != std::string::npos);
    return bad.replace(at, from.size(), to);
  };
  for (const auto& bad : {
           replaced("<testsuites>", "<testsuites tests=\"1\">"),
           replaced(" hostname=\"localhost\"", " hostname=\"\""),
           replaced(" timestamp=\"1970-01-01T00:00:00\"", " timestamp=\"1970-01-01T00:00:00Z\""),
           replaced("time=\"0.000\"", "time=\"1e-3\""),
           replaced("type=\"PacketLoss\"", "type=\"yaml\""),
           replaced("<system-err />", ""),
           replaced("<system-out>", "<testsuite /><system-out>"),
           replaced("size=1]", "size=0]"),
           replaced(" message=\"why\"", ""),
       }) {
    CHECK_FALSE(xmllint(bad).ok());
  }
}

TEST_CASE("files are written whole, and again over old ones", "[reports]") {
  const base::TempDir folder("junit");
  const auto run = run_of(sample::founding_report());
  const auto paths = write_junit(run, folder.path() / "out" / "junit");
  CHECK(write_junit(run, folder.path() / "out" / "junit") == paths);
  REQUIRE(paths.size() == 2);
  CHECK(xmllint(paths[1]).ok());
  const auto entries = base::fs::directory_iterator(folder.path() / "out" / "junit");
  CHECK(std::distance(begin(entries), end(entries)) == 2);
}

TEST_CASE("a known bug is skipped with its name, its absence is a failure", "[reports]") {
  std::string all;
  for (const auto& file : junit(run_of(sample::one_of_each()))) {
    check_valid(file.xml);
    all += file.xml;
  }
  CHECK_THAT(all, Contains("<skipped message=\"known bug vlan-not-refragmented: "));
  CHECK_THAT(all, Contains("type=\"UnexpectedPass\""));
  CHECK_THAT(all, Contains("type=\"KernelSplat\""));
}

TEST_CASE("the rich dialect shows axes and the other attempts", "[reports]") {
  std::string all;
  for (const auto& file : junit(run_of(sample::one_of_each()), Dialect::rich)) all += file.xml;
  CHECK_THAT(all, Contains("<property name=\"tag\" value=\"vlan3\" />"));
  CHECK_THAT(all, Contains("<property name=\"size\" value=\"1477\" />"));
}
