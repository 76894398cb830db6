// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/files.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::base;

TEST_CASE("a file is written whole or not at all", "[base]") {
  const TempDir dir("test");
  write_file(dir.path() / "a", "one");
  write_file(dir.path() / "a", "two", 0600);
  CHECK(read_file(dir.path() / "a") == "two");
  CHECK_THROWS_AS(write_file(dir.path() / "missing" / "a", "x"), Error);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
}

TEST_CASE("a file larger than the limit is refused", "[base]") {
  const TempDir dir("test");
  write_file(dir.path() / "a", std::string(100, 'x'));
  CHECK_THROWS_AS(read_file(dir.path() / "a", 99), Error);
  CHECK_THROWS_AS(read_file(dir.path() / "none"), Error);
}

TEST_CASE("a temporary folder is private and gone afterwards", "[base]") {
  fs::path where;
  {
    const TempDir dir("test");
    where = dir.path();
    CHECK(fs::status(where).permissions() == fs::perms::owner_all);
    write_file(where / "a", "x");
  }
  CHECK_FALSE(fs::exists(where));
}

TEST_CASE("what a killed owner left is removed by the next one, a living owner's is not",
          "[base]") {
  const TempDir parent("test");
  ::setenv("TMPDIR", parent.path().c_str(), 1);
  const auto abandoned = parent.path() / "refrag-abc-111111";
  fs::create_directory(abandoned);
  write_file(abandoned / "key", "secret");
  const TempDir living("abc");
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(1);
  fs::last_write_time(abandoned, long_ago);
  fs::last_write_time(living.path(), long_ago);
  const TempDir next("abc");
  ::unsetenv("TMPDIR");
  CHECK_FALSE(fs::exists(abandoned));
  CHECK(fs::exists(living.path()));
}

TEST_CASE("hashes are SHA-256", "[base]") {
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("missing disk space is said before it is used", "[base]") {
  CHECK_NOTHROW(require_space("/tmp/not-there/yet", 1, "a test"));
  CHECK_THROWS_WITH(require_space("/tmp", std::uint64_t{1} << 60, "a test"),
                    Catch::Contains("a test needs") && Catch::Contains("free some space"));
}
