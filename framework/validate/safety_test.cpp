// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/safety.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/catch.hpp"

using namespace refrag;
using namespace refrag::validate;
using verdict::CaseRecord;
using verdict::Outcome;

namespace {

constexpr const char* hooks_on =
    "@survey release\n6.1.0-56-amd64\n@survey sysctls\nbridge-nf-call-iptables:1\n"
    "bridge-nf-filter-vlan-tagged:1\n@survey rules\nct state new accept\n";
constexpr const char* hooks_off =
    "@survey release\n6.1.0-56-amd64\n@survey sysctls\nbridge-nf-call-iptables:0\n"
    "bridge-nf-filter-vlan-tagged:1\n";

std::vector<CaseRecord> cases_with(const std::string& setting, int largest_tagged) {
  std::vector<CaseRecord> cases;
  for (const auto* tag : {"none", "vlan7"}) {
    for (const int size : {56, 1472, 1473, 1476, 1477, 2000}) {
      CaseRecord record;
      const auto text =
          fmt::format("vlan_ping_sizes/echo@6.1[tag={},{},dir=a>b,size={}]", tag, setting, size);
      record.id = verdict::CaseId::parse(text).value();
      const bool lost = tag == std::string("vlan7") && size > largest_tagged;
      record.judgement = lost ? verdict::Judgement{Outcome::failed, "PacketLoss", "3 of 3 lost"}
                              : verdict::Judgement{Outcome::passed};
      cases.push_back(record);
    }
  }
  return cases;
}

Opinion judged(const char* survey_text, const std::vector<CaseRecord>& cases,
               std::int64_t reassembled = 0) {
  const auto survey = host::parse_survey(survey_text);
  verdict::SweepRecord sweep;
  sweep.cell = {{"host", "as-found"}};
  sweep.evidence.counters_before = {{"ReasmOKs", 1}};
  sweep.evidence.counters_after = {{"ReasmOKs", 1 + reassembled}};
  return opinion_of({survey, "refrag-1", false, 1500, cases, {&sweep, 1}});
}

}  // namespace

TEST_CASE("a host that loses fragments is not safe, and the remedy is told", "[validate]") {
  const auto opinion = judged(hooks_on, cases_with("host=as-found", 1476));
  CHECK(opinion.safety == Safety::not_safe);
  CHECK(exit_code(opinion.safety) == 1);
  CHECK_THAT(opinion.why, Catch::Contains("1476 = MTU + 4 - 28"));
  CHECK(opinion.now.at(0) == "sysctl -w net.bridge.bridge-nf-call-iptables=0");
  CHECK(opinion.for_good.size() == 2);
  CHECK_THAT(opinion.kernel, Catch::StartsWith("6.1.0-56-amd64 is "));
}

TEST_CASE("a host is safe for a reason", "[validate]") {
  const auto all = cases_with("host=as-found", 65507);
  const auto healthy = judged(hooks_on, all, 12);
  CHECK(healthy.safety == Safety::safe);
  CHECK_THAT(healthy.why, Catch::Contains("reassembled 12 datagrams"));
  CHECK(healthy.unsafe_if.empty());
  const auto off = judged(hooks_off, all);
  CHECK_THAT(off.why, Catch::Contains("bridge-nf-call-iptables is 0"));
  CHECK(off.unsafe_if.size() == 1);
  CHECK_THAT(judged("@survey release\n6.1\n", all).why, Catch::Contains("not loaded"));
  const auto untagged = judged(
      "@survey sysctls\nbridge-nf-call-iptables:1\nbridge-nf-filter-vlan-tagged:0\n", all, 6);
  CHECK_THAT(untagged.why, Catch::Contains("bridge-nf-filter-vlan-tagged is 0"));
}

TEST_CASE("what was tried and failed is told as what would make it unsafe", "[validate]") {
  auto cases = cases_with("host=as-found", 65507);
  const auto tried = cases_with("nf=1", 1476);
  cases.insert(cases.end(), tried.begin(), tried.end());
  const auto opinion = judged(hooks_off, cases);
  CHECK(opinion.safety == Safety::safe);
  REQUIRE(opinion.unsafe_if.size() == 2);
  CHECK_THAT(opinion.unsafe_if[0], Catch::Contains("1476 = MTU + 4 - 28"));
}

TEST_CASE("a doubt is no verdict, and nothing tried is none either", "[validate]") {
  auto cases = cases_with("host=as-found", 65507);
  cases.back().judgement = {Outcome::broken, "SettingChanged", "it was 1 and is 0"};
  const auto opinion = judged(hooks_on, cases);
  CHECK(opinion.safety == Safety::cannot_tell);
  CHECK(exit_code(opinion.safety) == 4);
  CHECK(opinion.why == "it was 1 and is 0");
  CHECK(judged(hooks_on, {}).safety == Safety::cannot_tell);
}

TEST_CASE("what passed under other settings than were found is no verdict", "[validate]") {
  const auto cases = cases_with("host=as-found", 65507);
  verdict::SweepRecord sweep;
  sweep.cell = {{"host", "as-found"}};
  sweep.evidence.knobs_before = {{"bridge-nf-call-iptables", "1"}, {"table", "0"}};
  const auto said = [&](const char* text) {
    const auto survey = host::parse_survey(text);
    return opinion_of({survey, "refrag-1", false, 1500, cases, {&sweep, 1}});
  };
  CHECK(said(hooks_on).safety == Safety::safe);
  for (const auto* text : {hooks_off, "@survey release\n6.1\n"}) {
    CHECK(said(text).safety == Safety::cannot_tell);
    CHECK_THAT(said(text).why, Catch::Contains("was 0 before our guests came and 1 in a sweep"));
  }
}

TEST_CASE("a host without br_netfilter is one whose hooks are off, and stays so", "[validate]") {
  verdict::SweepRecord sweep;
  sweep.cell = {{"host", "as-found"}};
  sweep.evidence.knobs_before = {{"bridge-nf-call-iptables", "absent"},
                                 {"bridge-nf-filter-vlan-tagged", "absent"}};
  const auto survey = host::parse_survey("@survey release\n6.1\n");
  const auto cases = cases_with("host=as-found", 65507);
  const auto opinion = opinion_of({survey, "refrag-1", false, 1500, cases, {&sweep, 1}});
  CHECK(opinion.safety == Safety::safe);
  CHECK_THAT(opinion.why, Catch::Contains("br_netfilter is not loaded"));
}

TEST_CASE("a finding outweighs a doubt", "[validate]") {
  auto cases = cases_with("host=as-found", 1476);
  cases.front().judgement.outcome = Outcome::broken;
  CHECK(judged(hooks_on, cases).safety == Safety::not_safe);
}

TEST_CASE("a kernel of a known range is told so", "[validate]") {
  const auto old =
      judged("@survey release\n2.6.18-128.el5xen\n", cases_with("host=as-found", 65507));
  CHECK_THAT(old.kernel, Catch::StartsWith("2.6.18-128.el5xen is known to have vlan-not-"));
}

TEST_CASE("what a kernel does to other traffic is told apart from what was tried", "[validate]") {
  const auto now = judged(
      "@survey release\n6.1.0-56-amd64\n@survey version\n#1 SMP Debian 6.1.192-1 (2026-10-03)\n",
      cases_with("host=as-found", 65507));
  CHECK_THAT(now.kernel, Catch::StartsWith("6.1.0-56-amd64 (6.1.192-1) is not in the range"));
  std::vector<std::string> names;
  for (const auto& text : now.not_tried) names.push_back(text.substr(0, text.find(": ")));
  CHECK(names == std::vector<std::string>{"frag-max-size-forgotten", "ipv6-stale-tag", "df-lost",
                                          "pppoe-not-refragmented", "kept-tag", "late-tag"});
  CHECK_THAT(text_of(now), Catch::Contains("not tried here:\n  frag-max-size-forgotten"));
}

TEST_CASE("a verdict for programs carries whatever a host said", "[validate]") {
  const auto opinion = judged("@survey release\n\x1b</script>\xff\n", {});
  CHECK(nlohmann::json::parse(json_of(opinion)).at("verdict") == "cannot tell");
}
