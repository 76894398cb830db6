// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/archive.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/cpio.hpp"
#include "framework/kernels/fake_kernel.hpp"

using namespace refrag;
using namespace refrag::kernels;
namespace fs = std::filesystem;

namespace {

bool everything(std::string_view) { return true; }

struct Place {
  base::TempDir folder{"test"};
  fs::path archive = folder.path() / "archive";
  fs::path into = folder.path() / "in" / "to";

  explicit Place(const std::string& bytes) {
    base::write_file(archive, bytes);
    base::make_folder(into);
  }
  void run(const UnpackLimits& limits = {}) const {
    unpack(archive, into, everything, base::Deadline::in(base::seconds(20)), limits);
  }
  // The message of the refusal; what is outside the folder has to be as it was.
  std::string refusal(const UnpackLimits& limits = {}) const {
    try {
      run(limits);
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::usage);
      CHECK(std::distance(fs::directory_iterator(folder.path()), {}) == 2);
      CHECK(std::distance(fs::directory_iterator(folder.path() / "in"), {}) == 1);
      return error.what();
    }
    return "(was accepted)";
  }
};

std::string refusal_of(const std::vector<fake::Entry>& entries) {
  return Place(fake::tar(entries)).refusal();
}

using Catch::Contains;

}  // namespace

TEST_CASE("a .deb is unpacked, whatever compresses it", "[kernels]") {
  const auto* filter = GENERATE("xz", "gzip", "zstd", "none");
  const Place place(fake::deb(fake::tar({{"./boot/"}, {"./boot/vmlinuz", "kernel"}}, filter)));
  place.run();
  CHECK(base::read_file(place.into / "boot/vmlinuz") == "kernel");
}

TEST_CASE("only what is wanted is unpacked", "[kernels]") {
  const Place place(fake::tar({{"boot/a", "1"}, {"etc/b", "2"}, {"etc/c", {}, "/etc/passwd"}}));
  const auto in_boot = [](std::string_view path) { return path.starts_with("boot/"); };
  unpack(place.archive, place.into, in_boot, base::Deadline::never());
  CHECK(fs::exists(place.into / "boot/a"));
  CHECK_FALSE(fs::exists(place.into / "etc"));
}

TEST_CASE("links that stay inside are kept", "[kernels]") {
  const Place place(fake::tar({{"usr/lib/kbuild/scripts/x", "script"},
                               {"usr/src/headers/scripts", {}, "../../lib/kbuild/scripts"},
                               {"usr/src/same", {}, {}, "usr/lib/kbuild/scripts/x"}}));
  place.run();
  CHECK(base::read_file(place.into / "usr/src/headers/scripts/x") == "script");
  CHECK(base::read_file(place.into / "usr/src/same") == "script");
}

TEST_CASE("paths and links that lead out are refused", "[kernels]") {
  CHECK_THAT(refusal_of({{"../x", "evil"}}), Contains("leads out"));
  CHECK_THAT(refusal_of({{"boot/../../x", "evil"}}), Contains("leads out"));
  CHECK_THAT(refusal_of({{"/tmp/refrag-evil", "evil"}}), Contains("absolute"));
  CHECK_THAT(refusal_of({{"a", {}, "/etc"}}), Contains("link out"));
  CHECK_THAT(refusal_of({{"a", {}, ".."}}), Contains("link out"));
  CHECK_THAT(refusal_of({{"a/b", {}, "../../x"}}), Contains("link out"));
  CHECK_THAT(refusal_of({{"a", {}, {}, "../archive"}}), Contains("leads out"));
  CHECK_THAT(refusal_of({{"a", {}, {}, "not/there"}}), Contains("not there"));
}

TEST_CASE("links cannot be combined to lead out", "[kernels]") {
  // deep/s leads to the top, so deep/s/../x would be beside the folder.
  CHECK_THAT(refusal_of({{"deep/s", {}, ".."}, {"t", {}, "deep/s/../x"}}), Contains("link out"));
  CHECK_THAT(refusal_of({{"s", {}, "."}, {"s/x", "through"}}), Contains("passes through a link"));
  CHECK_THAT(refusal_of({{"d/x", "1"}, {"s", {}, "d"}, {"t", {}, {}, "s/x"}}),
             Contains("passes through a link"));
  CHECK_THAT(refusal_of({{"s", {}, "d"}, {"s", "over the link"}}), Contains("twice"));
}

TEST_CASE("device nodes and files that come twice are refused", "[kernels]") {
  CHECK_THAT(refusal_of({{"dev/mem", {}, {}, {}, true}}), Contains("neither a file"));
  CHECK_THAT(refusal_of({{"a", "1"}, {"a", "2"}}), Contains("twice"));
}

TEST_CASE("an archive without end is refused before the disk is full", "[kernels]") {
  const Place big(fake::tar({{"zeros", std::string(4 << 20, '\0')}}));
  CHECK(fs::file_size(big.archive) < 65'536);
  CHECK_THAT(big.refusal({1 << 20, 10}), Contains("more data"));
  const Place many(fake::tar({{"a", "1"}, {"b", "1"}, {"c", "1"}}));
  CHECK_THAT(many.refusal({1 << 20, 2}), Contains("too many"));
}

TEST_CASE("what is no archive, or not all of one, is refused", "[kernels]") {
  const std::vector<fake::Entry> entries{{"boot/a", std::string(100'000, 'a')}, {"boot/b", "b"}};
  const auto deb = fake::deb(fake::tar(entries));
  CHECK_THAT(Place(deb.substr(0, deb.size() - 200)).refusal(), !Contains("was accepted"));
  const auto tar = fake::tar(entries, "none");
  CHECK_THAT(Place(tar.substr(0, 50'000)).refusal(), !Contains("was accepted"));
  const auto xz = fake::tar(entries);
  CHECK_THAT(Place(xz.substr(0, xz.size() / 2)).refusal(), !Contains("was accepted"));
  CHECK_THAT(Place("just some text\n").refusal(), !Contains("was accepted"));
}

TEST_CASE("an archive inside a package is unpacked without unpacking the package", "[kernels]") {
  const auto inner = fake::tar({{"linux/net/bridge/a.c", "code"}, {"linux/fs/b.c", "no"}});
  const Place place(fake::deb(fake::tar({{"./usr/src/linux.tar.xz", inner}}, "none")));
  const auto wanted = [](std::string_view path) { return path.starts_with("linux/net/"); };
  unpack_inner(place.archive, "linux.tar.xz", place.into, wanted, base::Deadline::never());
  CHECK(base::read_file(place.into / "linux/net/bridge/a.c") == "code");
  CHECK_FALSE(fs::exists(place.into / "linux/fs"));
  CHECK_THROWS_AS(
      unpack_inner(place.archive, "other.tar.xz", place.into, wanted, base::Deadline::never()),
      base::Error);
}

TEST_CASE("a package's control file is read", "[kernels]") {
  const Place place(fake::deb(fake::tar({}), "Package: linux-image\nVersion: 6.1.192-2\n"));
  const auto control = deb_control(place.archive);
  CHECK(control_field(control, "Version") == "6.1.192-2");
  CHECK(control_field(control, "Vers").empty());
  CHECK(deb_control(Place(fake::tar({{"a", "1"}})).archive).empty());
}

TEST_CASE("decompressing has a limit, and leaves what is not compressed as it is", "[kernels]") {
  const std::string data(1'000'000, 'x');
  CHECK(decompress(gzip(data)) == data);
  CHECK(decompress("plain") == "plain");
  CHECK(decompress("").empty());
  CHECK_THROWS_AS(decompress(gzip(data), 999'999), base::Error);
}
