// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/debian.hpp"

#include <regex>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/fake_kernel.hpp"
#include "framework/kernels/replica.hpp"

using namespace refrag;
using namespace refrag::kernels;

namespace {

bool is_of(const DebianSpec& spec, const std::string& package) {
  return std::regex_match(package, std::regex(image_pattern(spec), std::regex::extended));
}

}  // namespace

TEST_CASE("a series is told from its neighbours, flavours and metapackages", "[kernels]") {
  const DebianSpec spec{"", "6.1", ""};
  CHECK(is_of(spec, "linux-image-6.1.0-56-amd64"));
  for (const auto* other : {"linux-image-6.12.90+deb13-amd64", "linux-image-6.1.0-56-cloud-amd64",
                            "linux-image-6.1.0-56-rt-amd64", "linux-image-6.1.0-56-amd64-unsigned",
                            "linux-image-6.1.0-56-amd64-dbg", "linux-image-6.1-amd64",
                            "linux-image-amd64", "linux-image-6x1.0-56-amd64"}) {
    CAPTURE(other);
    CHECK_FALSE(is_of(spec, other));
  }
}

TEST_CASE("all the ways Debian names its builds belong to their series", "[kernels]") {
  CHECK(is_of({"", "6.12", ""}, "linux-image-6.12.90+deb13.1-amd64"));
  CHECK(is_of({"", "7", ""}, "linux-image-7.3.4+deb13-amd64"));
  CHECK(is_of({"", "7.3.4", ""}, "linux-image-7.3.4+deb13-amd64"));
  CHECK(is_of({"", "6.1.0", ""}, "linux-image-6.1.0-56-amd64"));
  CHECK(is_of({"", "6.1", ""}, "linux-image-6.1.0-0.deb11.48-amd64"));
  CHECK(is_of({"", "6.12", "cloud"}, "linux-image-6.12.6-cloud-amd64"));
  CHECK_FALSE(is_of({"", "6.12", ""}, "linux-image-6.12.6-cloud-amd64"));
  CHECK_FALSE(is_of({"", "7.3.4", ""}, "linux-image-7.3.40+deb13-amd64"));
}

TEST_CASE("a release is that build and no other", "[kernels]") {
  CHECK(is_of({"", "6.1.0-47", "cloud"}, "linux-image-6.1.0-47-cloud-amd64"));
  CHECK(is_of({"", "6.1.0-0.deb11.48", ""}, "linux-image-6.1.0-0.deb11.48-amd64"));
  CHECK(is_of({"", "6.12.90+deb13", ""}, "linux-image-6.12.90+deb13-amd64"));
  CHECK_FALSE(is_of({"", "6.12.90+deb13", ""}, "linux-image-6.12.90+deb13.1-amd64"));
  CHECK_FALSE(is_of({"", "6.1.0-4", ""}, "linux-image-6.1.0-47-amd64"));
}

TEST_CASE("what a package depends on is read from apt's stanza", "[kernels]") {
  const auto package = parse_stanza(
      "Package: linux-image-7.3.4+deb13-amd64\n"
      "Version: 7.3.4-1~bpo13+1\n"
      "Depends: dracut | initramfs-tools (>= 0.120), linux-binary-7.3.4+deb13-amd64 (= "
      "7.3.4-1~bpo13+1), kmod, linux-modules-7.3.4+deb13-amd64 (= 7.3.4-1~bpo13+1)\n");
  CHECK(package.name == "linux-image-7.3.4+deb13-amd64");
  CHECK(package.depends.size() == 4);
  CHECK(package.pinned == std::vector<std::string>{"linux-binary-7.3.4+deb13-amd64",
                                                   "linux-modules-7.3.4+deb13-amd64"});
}

TEST_CASE("regular expressions are escaped", "[kernels]") {
  const auto escaped = regex_escaped("linux-headers-6.12.90+deb13");
  CHECK(std::regex_match("linux-headers-6.12.90+deb13", std::regex(escaped, std::regex::extended)));
  CHECK_FALSE(std::regex_match("linux-headers-6x12.90+deb13", std::regex(escaped)));
}

TEST_CASE("every replica is complete and its patch stays in its folder", "[kernels]") {
  const auto replicas = all_replicas();
  REQUIRE_FALSE(replicas.empty());
  for (const auto& replica : replicas) {
    CAPTURE(replica.name);
    CHECK_FALSE(replica.summary.empty());
    CHECK_FALSE(replica.kernels.empty());
    CHECK_FALSE(replica.module.empty());
    CHECK_THAT(base::read_file(replica.patch), Catch::Contains("--- a/" + replica.folder + "/"));
  }
}

TEST_CASE("an unknown replica is refused with the names there are", "[kernels]") {
  CHECK_THROWS_WITH(find_replica("no-such"), Catch::Contains("there is no replica 'no-such'") &&
                                                 Catch::Contains("vlan-not-refragmented"));
}

TEST_CASE("what fails while it is made is not kept", "[kernels]") {
  const fake::Cache cache;
  const auto folder = kernel_cache() / "thing";
  const auto fail = [](const std::filesystem::path& tmp) {
    base::write_file(tmp / "half", "done");
    throw base::Error(base::Fault::lab, "no");
  };
  const auto soon = base::Deadline::in(base::seconds(5));
  CHECK_THROWS_AS(cached_folder(folder, soon, fail), base::Error);
  CHECK_FALSE(std::filesystem::exists(folder));
  int made = 0;
  const auto make = [&](const std::filesystem::path& tmp) {
    CHECK_FALSE(std::filesystem::exists(tmp / "half"));
    ++made;
  };
  CHECK(cached_folder(folder, soon, make) == folder);
  CHECK(cached_folder(folder, soon, make) == folder);
  CHECK(made == 1);
}

TEST_CASE("what nobody asks for in a month makes room for something new", "[kernels]") {
  namespace fs = std::filesystem;
  const fake::Cache cache;
  const auto soon = base::Deadline::in(base::seconds(5));
  const auto nothing = [](const fs::path&) {};
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24 * 31);
  for (const auto* name : {"unused", "used"}) {
    fs::last_write_time(cached_folder(kernel_cache() / name, soon, nothing), long_ago);
  }
  cached_folder(kernel_cache() / "used", soon, nothing);
  cached_folder(kernel_cache() / "new", soon, nothing);
  CHECK_FALSE(fs::exists(kernel_cache() / "unused"));
  CHECK(bool(fs::exists(kernel_cache() / "used")));
}

TEST_CASE("who comes while a thing is made waits for it, until the deadline", "[kernels]") {
  const fake::Cache cache;
  const auto file = kernel_cache() / "lock";
  const FileLock held(file, base::Deadline::never());
  CHECK_THROWS_WITH(FileLock(file, base::Deadline::in(base::milliseconds(1))),
                    Catch::Contains("another process"));
}
