// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/ignored_splats.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

using namespace refrag;
using Catch::Contains;

namespace {

std::vector<run::IgnoredSplat> list_of(const std::string& text) {
  const base::TempDir folder("test");
  base::write_file(folder.path() / "list.toml", text);
  return run::read_ignored_splats(folder.path() / "list.toml");
}

verdict::SplatRecord splat(const std::string& kernel, const std::string& where,
                           const std::string& fingerprint) {
  return {.kernel = kernel, .where = where, .fingerprint = fingerprint};
}

}  // namespace

TEST_CASE("a splat is ignored for the reason of the first entry that fits it", "[run]") {
  const auto list = list_of(R"(
[[ignore]]
fingerprint = "warning:f|*"
where = "guest *"
kernel = "5.10.*"
reason = "guests of 5.10 do that"
[[ignore]]
fingerprint = "warning:f|g"
reason = "known")");
  CHECK(run::reason_to_ignore(list, splat("5.10.0-46", "guest a", "warning:f|h")) ==
        "guests of 5.10 do that");
  CHECK(run::reason_to_ignore(list, splat("5.10.0-46", "host", "warning:f|h")).empty());
  CHECK(run::reason_to_ignore(list, splat("6.1.0", "guest a", "warning:f|h")).empty());
  CHECK(run::reason_to_ignore(list, splat("6.1.0", "host", "warning:f|g")) == "known");
  CHECK(run::reason_to_ignore({}, splat("6.1.0", "host", "warning:f|g")).empty());
}

TEST_CASE("a list that is not understood is refused with its line", "[run]") {
  CHECK_THROWS_WITH(list_of("[[ignore]]\nfingerprint = \"x\"\n"), Contains("without reason"));
  CHECK_THROWS_WITH(list_of("[[ignore]]\nreason = \"x\"\n"), Contains("without fingerprint"));
  CHECK_THROWS_WITH(list_of("[[ignore]]\nfinger = \"x\"\n"), Contains("no key finger"));
  CHECK_THROWS_WITH(list_of("[[ignore]]\nreason = 7\n"), Contains("line 2"));
  CHECK_THROWS_WITH(list_of("ignore = [1, 2]\n"), Contains("[[ignore]]"));
  CHECK_THROWS_WITH(list_of("[[known]]\n"), Contains("[[ignore]]"));
  CHECK_THROWS_WITH(list_of("what is this"), Contains("line 1"));
}

TEST_CASE("the list that comes with the framework can be read", "[run]") {
  CHECK_NOTHROW(run::read_ignored_splats(run::standing_ignored_splats()));
}
