// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/expectation.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::verdict;

namespace {

const std::string bug = "vlan-not-refragmented";
const std::string other = "unnamed-12345678";

Expectation on(std::string_view version, std::string_view signature) {
  return expectation_of(built_in_bugs(), version, signature, 1500);
}

CaseRecord echo(Outcome outcome, int size = 1477, const char* tag = "vlan3") {
  return {{"s", "echo", "k", Cell{{"tag", tag}, {"nf", "1"}}, size}, {outcome}};
}

}  // namespace

TEST_CASE("a known bug on a kernel that should have it is an expected failure", "[verdict]") {
  const auto expected = on("2.6.18", bug);
  CHECK(expected.of(echo(Outcome::failed)) == Standing::expected_failure);
  CHECK_FALSE(is_news(echo(Outcome::failed), expected));
  CHECK_THAT(expected.reason(Standing::expected_failure),
             Catch::Contains(bug) && Catch::Contains("c197facc8ea0"));
}

TEST_CASE("a known bug on a kernel that should not have it is a finding", "[verdict]") {
  const auto expected = on("6.1.192-2", bug);
  CHECK(expected.of(echo(Outcome::failed)) == Standing::as_judged);
  CHECK(is_news(echo(Outcome::failed), expected));
  CHECK(expected.reason(Standing::as_judged).empty());
}

TEST_CASE("nothing is excused but the bug itself", "[verdict]") {
  // Another signature: something else fails, or the bug is not the only one.
  CHECK(is_news(echo(Outcome::failed), on("2.6.18", other)));
  const auto expected = on("2.6.18", bug);
  CHECK(is_news(echo(Outcome::crashed), expected));
  CHECK(is_news(echo(Outcome::hung), expected));
  CHECK(is_news(echo(Outcome::failed, 1476), expected));
  CHECK(is_news(echo(Outcome::failed, 1477, "none"), expected));
}

TEST_CASE("a kernel that lacks the bug it should have passes unexpectedly", "[verdict]") {
  const auto expected = on("2.6.18", "");
  CHECK(expected.of(echo(Outcome::passed)) == Standing::unexpected_pass);
  CHECK(is_news(echo(Outcome::passed), expected));
  CHECK(expected.of(echo(Outcome::passed, 1476)) == Standing::as_judged);
  CHECK(expected.of(echo(Outcome::passed, 1477, "none")) == Standing::as_judged);
  CHECK(expected.of(echo(Outcome::broken)) == Standing::as_judged);
  CHECK_THAT(expected.reason(Standing::unexpected_pass), Catch::Contains(bug));
}

TEST_CASE("a bug that does not always show may be absent", "[verdict]") {
  CHECK_FALSE(is_news(echo(Outcome::passed), on("3.10", "")));
  CHECK_FALSE(is_news(echo(Outcome::failed), on("3.10", "tag-lost")));
}

TEST_CASE("a kernel's version is its package's, else its release, else its label", "[verdict]") {
  CHECK(version_of({"k", "debian:6.1", "6.1.0-56-amd64", {{property::version, "6.1.192-2"}}}) ==
        "6.1.192-2");
  CHECK(version_of({"k", "debian:6.1", "6.1.0-56-amd64", {}}) == "6.1.0-56-amd64");
  CHECK(version_of({"k", "", "", {}}) == "k");
}

TEST_CASE("what the oracle sees of a known bug is expected too, and nothing else", "[verdict]") {
  const auto seen = [](const char* kind, const char* tag) {
    return CaseRecord{{std::string(transparency_suite), kind, "k", Cell{{"tag", tag}, {"nf", "1"}}},
                      {Outcome::failed}};
  };
  const auto expected = on("2.6.18", bug);
  CHECK_FALSE(is_news(seen("over-mtu", "vlan3"), expected));
  CHECK(is_news(seen("over-mtu", "none"), expected));
  CHECK(is_news(seen("tag-lost", "vlan3"), expected));
  CHECK(is_news(seen("over-mtu", "vlan3"), on("6.1", bug)));
}
