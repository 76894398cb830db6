// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/machine.hpp"

#include <sstream>

#include <nlohmann/json.hpp>

#include "framework/base/catch.hpp"
#include "framework/base/process.hpp"
#include "reports/sample.hpp"
#include "reports/tally.hpp"

using namespace refrag;
using namespace refrag::reports;
using Catch::Contains;
using nlohmann::json;

namespace {

std::string text_of(void (*write)(const Run&, std::ostream&), const Run& run) {
  std::ostringstream out;
  write(run, out);
  return out.str();
}

// What python3-jsonschema (of Debian's Python) says; "" when the document is as the schema says.
std::string complaint(const std::string& document, const std::string& schema) {
  constexpr const char* script = R"(
import json, sys, jsonschema
schema = json.load(open(sys.argv[2]))
kind = jsonschema.validators.validator_for(schema)
kind.check_schema(schema)
for error in kind(schema).iter_errors(json.load(open(sys.argv[1]))):
    print(error.json_path, error.message[:200])
)";
  const base::TempDir folder("json");
  base::write_file(folder.path() / "x.json", document);
  const auto output =
      base::run({{"/usr/bin/python3", "-c", script, (folder.path() / "x.json").string(), schema}},
                base::Deadline::in(base::seconds(60)));
  INFO(output.err);
  REQUIRE(output.ok());
  return output.out;
}

const std::string report_json = REFRAG_SOURCE_DIR "/reports/report.schema.json";
const std::string kcidb_json = REFRAG_SOURCE_DIR "/reports/kcidb-5.3-subset.schema.json";

}  // namespace

TEST_CASE("the JSON report is as its schema says, hostile text included", "[reports]") {
  for (const auto& run : {run_of(sample::founding_report()), run_of(sample::one_of_each())}) {
    CHECK(complaint(text_of(write_json, run), report_json).empty());
  }
}

TEST_CASE("a report that is not as the schema says is noticed", "[reports]") {
  auto report = json::parse(text_of(write_json, run_of(sample::founding_report())));
  report["kernels"][0]["cases"][0]["outcome"] = "fine";
  CHECK_THAT(complaint(report.dump(), report_json), Contains("outcome"));
}

TEST_CASE("the JSON report counts what it lists", "[reports]") {
  const auto report = json::parse(text_of(write_json, run_of(sample::one_of_each())));
  std::map<std::string, int> outcomes;
  int standings = 0;
  for (const auto& kernel : report["kernels"]) {
    for (const auto& one : kernel["cases"]) {
      ++outcomes[one["outcome"].get<std::string>()];
      standings += one.contains("standing") ? 1 : 0;
    }
  }
  const auto& tally = report["tally"];
  int cases = 0;
  for (const auto& [outcome, count] : outcomes) {
    CHECK(tally[outcome] == count);
    cases += count;
  }
  CHECK(tally["cases"] == cases);
  CHECK(tally["expected_failures"].get<int>() + tally["unexpected_passes"].get<int>() == standings);
  CHECK(standings > 0);
  CHECK(report["exit_code"] == 1);
}

TEST_CASE("KTAP numbers its tests as planned and tells a pass from silence", "[reports]") {
  const auto ktap = text_of(write_ktap, run_of(sample::founding_report()));
  CHECK(ktap.starts_with("KTAP version 1\n1..2\n  KTAP version 1\n  # Subtest: 6.1.0-42-amd64\n"));
  CHECK_THAT(ktap, Contains("    1..104\n    ok 1 vlan_ping_sizes/echo@6.1.0-42-amd64["));
  CHECK_THAT(ktap, Contains("    # failed: PacketLoss: 3 of 3 echoes lost"));
  CHECK_THAT(ktap, Contains("\nok 1 6.1.0-42-amd64\n"));
  CHECK_THAT(ktap, Contains("\nnot ok 2 6.1.0-42-amd64+replica:vlan-not-refragmented\n"));
  CHECK_THAT(text_of(write_ktap, run_of(sample::one_of_each())),
             Contains(" # XFAIL known bug vlan-not-refragmented") && Contains(" # SKIP "));
}

TEST_CASE("KCIDB gets what its schema asks for", "[reports]") {
  for (const auto& run : {run_of(sample::founding_report()), run_of(sample::one_of_each())}) {
    const auto text = text_of(write_kcidb, run);
    CHECK(complaint(text, kcidb_json).empty());
    const auto report = json::parse(text);
    CHECK(report["builds"].size() == run.kernels.size());
    CHECK(static_cast<int>(report["tests"].size()) == tally_of(run).cases());
    std::set<std::string> ids;
    for (const auto& test : report["tests"]) ids.insert(test["id"].get<std::string>());
    CHECK(ids.size() == report["tests"].size());
  }
}
