// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/result.hpp"

#include <nlohmann/json.hpp>

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag;
using namespace refrag::bisect;
using namespace refrag::bisect::simulated;
using Catch::Contains;
using Json = nlohmann::json;

namespace {

Json schema() {
  return Json::parse(base::read_file(REFRAG_SOURCE_DIR "/framework/bisect/result.schema.json"));
}

// Of JSON Schema what ours uses: required, no others, $ref, enum, const, items, type.
void check_against(const Json& rule, const Json& value, const Json& root) {
  if (rule.contains("$ref")) {
    return check_against(root["$defs"][rule["$ref"].get<std::string>().substr(8)], value, root);
  }
  if (rule.contains("const")) CHECK(value == rule["const"]);
  if (rule.contains("enum")) CHECK(std::ranges::count(rule["enum"], value) == 1);
  const auto type = rule.value("type", "");
  if (type == "string") CHECK(value.is_string());
  if (type == "integer") CHECK(value.is_number_integer());
  if (type == "number") CHECK(value.is_number());
  if (type == "array") {
    REQUIRE(value.is_array());
    for (const auto& item : value) check_against(rule["items"], item, root);
  }
  if (type == "object") {
    REQUIRE(value.is_object());
    CHECK(value.size() == rule["required"].size());
    for (const auto& name : rule["required"]) {
      CAPTURE(name);
      REQUIRE(value.contains(name));
      check_against(rule["properties"].at(name), value[name.get<std::string>()], root);
    }
  }
}

std::string told(const Problem& problem, const Run& run) {
  return sentence(problem, run.history, run.conclusion);
}

Run dead_between(std::size_t first, std::size_t last, const Problem& problem) {
  return search(problem, [=, find = problem.find](std::size_t build) {
    if (build >= first && build <= last) return Answer::cannot_judge("does not boot");
    return changing_behind(first, find)(build);
  });
}

}  // namespace

TEST_CASE("the answer is one sentence with its confidence, boots and what was skipped",
          "[bisect]") {
  auto problem = problem_of(32, Find::fixed);
  auto run = search(problem, changing_behind(10, Find::fixed));
  CHECK_THAT(told(problem, run), Contains("b11 is the first fixed build, b10 still shows bug") &&
                                     Contains("91 % sure if broken builds show it in 72 % of "
                                              "boots or more, 11 boots)"));
  problem.find = Find::broken;
  run = search(problem, changing_behind(10, Find::broken));
  CHECK_THAT(told(problem, run),
             Contains("b11 is the first broken build, it shows bug and b10 does not"));

  run = dead_between(12, 14, problem);
  CHECK_THAT(told(problem, run), Contains("the break is after b11, and b15 has it") &&
                                     Contains("cannot be judged") && Contains("3 builds skipped"));
}

TEST_CASE("what is not an answer is said not to be one", "[bisect]") {
  const auto problem = problem_of(32, Find::fixed);
  CHECK_THAT(told(problem, search(problem, [](std::size_t) { return Answer::broken("bug"); })),
             Contains("there is no fix to find") && Contains("broken"));
  CHECK_THAT(told(problem, search(problem, changing_behind(10, Find::broken))),
             Contains("b0 is fixed and b31 is broken: look for the opposite"));
  CHECK_THAT(told(problem, search(problem, [](std::size_t) { return Answer::cannot_judge("no"); })),
             Contains("the search has no ends"));

  auto short_of_boots = problem;
  short_of_boots.max_boots = 9;
  CHECK_THAT(told(short_of_boots, search(short_of_boots, changing_behind(10, Find::fixed))),
             Contains("no answer") && Contains("the fix is after"));
}

TEST_CASE("a confidence is never rounded up, and never certainty", "[bisect]") {
  const auto problem = problem_of(2, Find::fixed);
  const std::vector<Boot> history = {{0, Answer::broken("bug")}, {1, Answer::fixed()}};
  const auto says = [&](double confidence) {
    return sentence(problem, history, {Ending::found, 0, 1, confidence, {}});
  };
  CHECK_THAT(says(0.949), Contains("94 % sure"));
  CHECK_THAT(says(0.9899), Contains("98 % sure"));
  CHECK_THAT(says(0.9909), Contains("99.0 % sure"));
  CHECK_THAT(says(1), Contains("99.9 % sure"));
}

TEST_CASE("answers against the result are counted in it", "[bisect]") {
  const auto problem = problem_of(32, Find::fixed);
  std::size_t boots = 0;
  const auto run = search(problem, [&](std::size_t build) {
    return boots++ == 4 ? Answer::fixed() : changing_behind(20, Find::fixed)(build);
  });
  REQUIRE(run.conclusion.older == 20);
  CHECK_THAT(told(problem, run),
             Contains("1 of " + std::to_string(run.history.size()) + " answers contradicted"));
}

TEST_CASE("the JSON document follows its schema, whatever the ending", "[bisect]") {
  const auto rules = schema();
  auto problem = problem_of(32, Find::fixed);
  std::vector<Run> runs = {
      search(problem, changing_behind(3, Find::fixed)), dead_between(9, 12, problem),
      search(problem, changing_behind(3, Find::broken)),
      search(problem, [](std::size_t) { return Answer::cannot_judge("\xff"); })};
  for (auto& run : runs) {
    run.history.insert(run.history.begin() + 1, {5, Answer::infrastructure("no QEMU")});
    check_against(rules, Json::parse(to_json(problem, run.history, run.conclusion)), rules);
  }
  const auto found = Json::parse(to_json(problem, runs[0].history, runs[0].conclusion));
  CHECK(found["older"]["label"] == "b3");
  CHECK(found["newer"]["label"] == "b4");
  CHECK(found["path"].size() == runs[0].history.size());
  CHECK(found["noticed"] == Approx(runs[0].conclusion.noticed));
  CHECK(found["boots"] == runs[0].history.size() - 1);
  const Second second{"xen", {}, Answer::broken("bug"), Answer::fixed()};
  const auto twice = Json::parse(to_json(problem, runs[0].history, runs[0].conclusion, second));
  check_against(rules, twice, rules);
  CHECK(twice["second"]["agreement"] == "agrees");
  CHECK_THAT(twice["sentence"].get<std::string>(), Contains("; xen agrees)"));
  const auto blocked = Json::parse(to_json(problem, runs[1].history, runs[1].conclusion));
  CHECK(blocked["skipped"].size() == 4);
  CHECK(blocked["skipped"][0]["text"] == "does not boot");
}

TEST_CASE("only a pair of neighbours is success to a shell", "[bisect]") {
  CHECK(exit_code(Ending::found) == 0);
  CHECK(exit_code(Ending::ends_alike) == 2);
  CHECK(exit_code(Ending::ends_swapped) == 2);
  for (const auto ending :
       {Ending::blocked, Ending::noisy, Ending::not_monotone, Ending::unjudged}) {
    CHECK(exit_code(ending) == 4);
  }
}
