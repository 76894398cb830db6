// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/state.hpp"

#include <csignal>

#include <sys/resource.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/bisect/lines.hpp"
#include "framework/bisect/simulated.hpp"

using namespace refrag;
using namespace refrag::bisect;

namespace {

const std::vector<Boot> boots = {
    {0, Answer{Kind::broken, "vlan-not-refragmented", "boots/000", 17.25}, 0},
    {7, Answer::fixed(), 1},
    {3, Answer::cannot_judge("panic: \"VFS\"\n\xff"), 2},
    {4, Answer::infrastructure("no space left"), 3},
    {5, Answer::other("another"), 9},
    {6, Answer{Kind::fixed, {}, "boots/10", 4.5, "node7"}, 10},
};

Problem problem() {
  auto result = simulated::problem_of(8, Find::fixed);
  result.builds[2] = {"6.1.90", "debian:6.1", "6.1.90-1"};
  result.older_end = 0;
  result.newer_end = 7;
  result.signature = "vlan-not-refragmented";
  result.confidence = 0.999;
  result.notice = 0.2;
  result.max_boots = 50;
  result.settings = {{"testbed", "wire"}, {"select", "tag=vlan3"}};
  return result;
}

fs::path file_in(const base::TempDir& folder) { return folder.path() / "search" / "search.jsonl"; }

}  // namespace

TEST_CASE("a search comes back from disk as it was", "[bisect]") {
  const base::TempDir folder("bisect");
  {
    auto state = State::create(folder.path() / "search", problem());
    for (const auto& boot : boots) state.append(boot);
  }
  const auto state = State::resume(folder.path() / "search");
  CHECK(state.problem() == problem());
  REQUIRE(state.history().size() == boots.size());
  auto expected = boots;
  expected[2].answer.text = "panic: \"VFS\"\n\xef\xbf\xbd";  // what is not UTF-8 is replaced
  for (std::size_t i = 0; i < boots.size(); ++i) CHECK(state.history()[i] == expected[i]);

  const base::TempDir plain("bisect");
  const auto defaults = simulated::problem_of(2, Find::broken);
  CHECK(State::create(plain.path(), defaults).problem() == defaults);
}

TEST_CASE("what a probe elsewhere says is read as it was said", "[bisect]") {
  CHECK(answer_from(to_line(boots[5].answer)) == boots[5].answer);
  CHECK(answer_from(to_line(boots[0].answer)) == boots[0].answer);
  CHECK_THROWS_AS(answer_from("debian:6.1: fixed"), base::Error);
  CHECK_THROWS_AS(answer_from(to_line(problem())), base::Error);
}

TEST_CASE("half an answer at the end is no answer, wherever it was cut", "[bisect]") {
  const base::TempDir folder("bisect");
  State::create(folder.path() / "search", problem()).append(boots[0]);
  const auto before = base::read_file(file_in(folder));
  State::resume(folder.path() / "search").append(boots[1]);
  const auto after = base::read_file(file_in(folder));
  for (auto size = before.size(); size < after.size(); size += 3) {
    base::write_file(file_in(folder), after.substr(0, size));
    auto state = State::resume(folder.path() / "search");
    REQUIRE(state.history().size() == 1);
    state.append(boots[1]);
    REQUIRE(base::read_file(file_in(folder)) == after);
  }
}

TEST_CASE("a folder is not searched twice, at once or by mistake", "[bisect]") {
  const base::TempDir folder("bisect");
  CHECK_THROWS_WITH(State::resume(folder.path() / "search"), Catch::Contains("holds no search"));
  const auto state = State::create(folder.path() / "search", problem());
  CHECK_THROWS_WITH(State::resume(folder.path() / "search"), Catch::Contains("is being run"));
  CHECK_THROWS_WITH(State::create(folder.path() / "search", problem()),
                    Catch::Contains("already holds a search"));
}

TEST_CASE("a damaged search is refused, not guessed at", "[bisect]") {
  const base::TempDir folder("bisect");
  State::create(folder.path() / "search", problem()).append(boots[0]);
  const auto text = base::read_file(file_in(folder));
  const auto refuses = [&](const std::string& damaged) {
    base::write_file(file_in(folder), damaged);
    CHECK_THROWS_AS(State::resume(folder.path() / "search"), base::Error);
  };
  refuses("");
  refuses("half a first line");
  refuses(text + "not JSON\n");
  refuses(text + "{\"type\":\"answer\"}\n");
  refuses(text.substr(text.find('\n') + 1));  // answers without a problem
  auto other_series = text;
  other_series.replace(other_series.rfind("\"b0\""), 4, "\"b9\"");
  refuses(other_series);
  auto newer_schema = text;
  newer_schema.replace(newer_schema.find("\"schema\":1"), 10, "\"schema\":9");
  refuses(newer_schema);
}

TEST_CASE("an answer that cannot be written is not used", "[bisect]") {
  const base::TempDir folder("bisect");
  auto state = State::create(folder.path() / "search", problem());
  state.append(boots[0]);
  const auto before = base::read_file(file_in(folder));
  struct rlimit old = {};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &old) == 0);
  const struct rlimit full = {before.size() + 10, old.rlim_max};
  ::signal(SIGXFSZ, SIG_IGN);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  CHECK_THROWS_AS(state.append(boots[1]), base::Error);
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &old) == 0);
  CHECK(state.history().size() == 1);
  CHECK(base::read_file(file_in(folder)) == before);
  state.append(boots[1]);
  CHECK(state.history().size() == 2);
}
