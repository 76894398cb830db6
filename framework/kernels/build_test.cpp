// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/build.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/fake_kernel.hpp"

using namespace refrag;
using namespace refrag::kernels;
namespace fs = std::filesystem;
using Catch::Contains;

namespace {

KernelBuild open_it(const std::string& spec) {
  return open_kernel(spec, base::Deadline::in(base::seconds(20)));
}

struct Place {
  fake::Cache cache;
  base::TempDir folder{"test"};

  std::string file(const std::string& name, const std::string& bytes) const {
    base::write_file(folder.path() / name, bytes);
    return (folder.path() / name).string();
  }
  std::string tree(const std::vector<fake::Entry>& entries) const {
    fake::write(folder.path(), entries);
    return folder.path().string();
  }
};

// The refusal in one line, and nothing unpacked that is left behind.
std::string refusal(const Place& place, const std::string& spec) {
  try {
    open_it(spec);
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::usage);
    CHECK_THAT(error.what(), !Contains("\n"));
    std::error_code none;
    for (fs::directory_iterator entry(place.cache.path() / "refrag/kernels/archives", none), end;
         !none && entry != end; entry.increment(none)) {
      CAPTURE(entry->path());
      CHECK(entry->path().extension() == ".lock");
    }
    return error.what();
  }
  return "(was accepted)";
}

std::vector<fake::Entry> operator+(std::vector<fake::Entry> a, const std::vector<fake::Entry>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

}  // namespace

TEST_CASE("a kernel is opened from a .deb", "[kernels]") {
  const Place place;
  const auto deb = place.file("linux.deb", fake::deb(fake::tar(fake::kernel("6.1.0-56-amd64")),
                                                     "Package: linux-image-6.1.0-56-amd64\n"
                                                     "Version: 6.1.192-2\n"));
  const auto build = open_it(deb);
  CHECK(build.spec == deb);
  CHECK(build.label == "6.1.0-56-amd64");
  CHECK(build.release == "6.1.0-56-amd64");
  CHECK(build.package == "linux-image-6.1.0-56-amd64");
  CHECK(build.version == "6.1.192-2");
  CHECK(build.build_id == fake::build_id);
  CHECK(build.config.value("XEN_DOM0") == "y");
  CHECK(bool(fs::exists(build.modules / "kernel/net/bridge/bridge.ko")));
  CHECK(open_it(deb).key == build.key);
}

TEST_CASE("a kernel is opened from a tar archive and from a folder", "[kernels]") {
  const Place place;
  const auto tar =
      open_it(place.file("linux.tar.zst", fake::tar(fake::kernel("6.9.0-rc1"), "zstd")));
  CHECK(tar.release == "6.9.0-rc1");
  CHECK(tar.version == "6.9.0-rc1");
  const auto folder = open_it(place.tree(fake::kernel("6.9.0-rc1")));
  CHECK(folder.label == "6.9.0-rc1");
  CHECK(folder.config.value("XEN_DOM0") == "y");
}

TEST_CASE("the image may lie among the modules, in usr/lib", "[kernels]") {
  const Place place;
  const std::string modules = "usr/lib/modules/7.3.4/";
  const auto build = open_it(place.tree({{modules + "vmlinuz", fake::bzimage("7.3.4")},
                                         {modules + "config", "CONFIG_XEN_PV=y\n"},
                                         {modules + "kernel/a.ko", fake::module("7.3.4")}}));
  CHECK(build.release == "7.3.4");
  CHECK(build.config.value("XEN_PV") == "y");
}

TEST_CASE("an image is opened with the modules it is given", "[kernels]") {
  const Place place;
  const auto root = place.tree(fake::kernel("6.1.0"));
  const auto image = place.file("bzImage", fake::bzimage("6.1.0"));
  CHECK(open_it(image + ",modules=" + root + "/lib/modules/6.1.0").release == "6.1.0");
  CHECK(open_it(image + ",modules=" + root).modules == root + "/lib/modules/6.1.0");
  CHECK_THAT(refusal(place, image + ",modules=" + root + "/nowhere"),
             Contains("no modules folder"));
  CHECK_THAT(refusal(place, root + "/nowhere,modules=" + root), Contains("no kernel image"));
}

TEST_CASE("a folder that changes under the same name is another kernel", "[kernels]") {
  const Place place;
  const auto root = place.tree(fake::kernel("6.1.0"));
  const auto before = open_it(root).key;
  CHECK(open_it(root).key == before);
  place.file("lib/modules/6.1.0/kernel/net/bridge/bridge.ko", fake::module("6.1.0", "stp"));
  CHECK(open_it(root).key != before);
}

TEST_CASE("packages without one whole kernel are refused and not kept", "[kernels]") {
  const Place place;
  const auto refused = [&](const std::vector<fake::Entry>& entries) {
    return refusal(place, place.file("linux.deb", fake::deb(fake::tar(entries))));
  };
  const auto kernel = fake::kernel("6.1.0");
  CHECK_THAT(refused({{"usr/share/doc/x", "text"}}), Contains("holds no kernel image"));
  CHECK_THAT(refused({{"boot/vmlinuz-6.1.0", fake::bzimage("6.1.0")}}), Contains("no modules"));
  CHECK_THAT(refused({kernel.begin() + 3, kernel.end()}), Contains("holds no kernel image"));
  CHECK_THAT(refused(kernel + fake::kernel("6.2.0")),
             Contains("more than one kernel: 6.1.0, 6.2.0"));
  CHECK_THAT(refused({kernel.begin(), kernel.begin() + 4}), Contains("(was accepted)"));
}

TEST_CASE("parts of different kernels are refused", "[kernels]") {
  const Place place;
  const auto refused = [&](const std::string& image, const std::string& folder,
                           const std::string& vermagic) {
    base::TempDir root("test");
    fake::write(root.path(), {{"boot/vmlinuz", fake::bzimage(image)},
                              {"lib/modules/" + folder + "/kernel/a.ko", fake::module(vermagic)}});
    return refusal(place, root.path().string());
  };
  CHECK_THAT(refused("6.1.0", "6.2.0", "6.2.0"),
             Contains("an image of release 6.1.0 and modules in"));
  CHECK_THAT(refused("6.1.0", "6.1.0", "6.2.0"),
             Contains("an image of release 6.1.0 and modules of release 6.2.0"));
}

TEST_CASE("what is not there is refused", "[kernels]") {
  const Place place;
  CHECK_THAT(refusal(place, "/nowhere/linux.deb"), Contains("no kernel at /nowhere/linux.deb"));
  CHECK_THAT(refusal(place, place.file("linux.deb", "some text")), Contains("linux.deb"));
  CHECK_THAT(refusal(place, place.folder.path().string()), Contains("holds no kernel image"));
}

TEST_CASE("what is plainly wrong is known before anything is opened", "[kernels]") {
  const Place place;
  CHECK_NOTHROW(require_plausible("debian:6.1+replica:vlan-not-refragmented"));
  CHECK_NOTHROW(require_plausible(place.file("linux.deb", "whatever")));
  const auto absent = (place.folder.path() / "absent").string();
  for (const auto& bad : {std::string("debian:x"), std::string("debian:6.1+replica:no-such"),
                          absent, absent + ",modules=/"}) {
    INFO(bad);
    CHECK_THROWS_AS(require_plausible(bad), base::Error);
  }
}

TEST_CASE("a kernel that cannot be dom0 is refused before it is booted", "[kernels]") {
  KernelBuild build;
  build.label = "6.1.0-56-cloud-amd64";
  CHECK_NOTHROW(require_role(build, Role::dom0));  // nothing is known about it
  build.config = Config::parse("CONFIG_XEN_PV=y\n# CONFIG_XEN_DOM0 is not set\nCONFIG_BRIDGE=m\n");
  CHECK_THROWS_WITH(require_role(build, Role::dom0),
                    Contains("6.1.0-56-cloud-amd64 cannot be dom0: it was built without "
                             "CONFIG_XEN_DOM0") &&
                        !Contains("CONFIG_BRIDGE,"));
}
