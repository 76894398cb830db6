// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/bisection.hpp"

#include <sstream>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using Catch::Contains;

TEST_CASE("the page of a bisection draws every boot of the search", "[reports]") {
  const base::TempDir folder("bisection");
  base::write_file(folder.path() / "result.json", R"({"type":"bisection","schema":1,"find":"fixed",
    "ending":"found","sentence":"fixed between a <1> and b","confidence":0.99,"signature":"x",
    "boots":2,"seconds":9.5,
    "builds":[{"label":"a","spec":"a","version":"1"},{"label":"b","spec":"b","version":"2"}],
    "path":[{"boot":1,"index":0,"build":"a","kind":"broken","text":"x","evidence":"","seconds":4},
            {"boot":2,"index":1,"build":"b","kind":"fixed","text":"","evidence":"","seconds":5.5}]})");
  CHECK(reports::holds_bisection(folder.path()));
  std::ostringstream out;
  reports::write_bisection(folder.path(), out);
  CHECK_THAT(out.str(), Contains("<h1 class=passed>fixed between a &lt;1&gt; and b</h1>"));
  CHECK_THAT(out.str(), Contains("points=\"40,22 860,44 \""));
  CHECK_THAT(out.str(), Contains("<title>b: fixed</title>"));
}

TEST_CASE("what is no bisection is refused", "[reports]") {
  const base::TempDir folder("bisection");
  CHECK_FALSE(reports::holds_bisection(folder.path()));
  std::ostringstream out;
  for (const auto* text : {"", "{}", R"({"type":"report"})", "[1]"}) {
    base::write_file(folder.path() / "result.json", text);
    CHECK_THROWS_AS(reports::write_bisection(folder.path(), out), base::Error);
  }
}
