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

TEST_CASE("a kernel is opened from what tar-pkg makes, whatever compresses it", "[kernels]") {
  const Place place;
  const auto* filter = GENERATE("none", "gzip", "xz", "zstd");
  auto entries = fake::kernel("6.9.0");
  entries.push_back({"boot/vmlinux-6.9.0", "uncompressed, and not what is booted"});
  entries.push_back({"boot/System.map-6.9.0", "symbols"});
  CHECK(open_it(place.file("linux-6.9.0-x86.tar", fake::tar(entries, filter))).release == "6.9.0");
}

TEST_CASE("a kernel is opened from an .rpm", "[kernels]") {
  const Place place;
  const auto* filter = GENERATE("gzip", "xz", "zstd");
  const auto build = open_it(place.file("kernel.rpm", fake::rpm(fake::kernel("6.9.0"), filter)));
  CHECK(build.release == "6.9.0");
  CHECK(build.config.value("XEN_DOM0") == "y");
}

TEST_CASE("a package that is split is opened with what lies beside it", "[kernels]") {
  const Place place;
  const std::string usr = "usr/lib/modules/7.3.4/";
  const auto deb = [&](const std::string& name, const std::string& version,
                       const std::vector<fake::Entry>& entries) {
    return place.file(name + "_" + version + "_amd64.deb",
                      fake::deb(fake::tar(entries), "Package: " + name + "\nVersion: " + version +
                                                        "\nDepends: kmod\n"));
  };
  const auto binary = deb("linux-binary-7.3.4", "7.3.4-1",
                          {{usr + "vmlinuz", fake::bzimage("7.3.4")}, {usr + "config", "A=y\n"}});
  CHECK_THAT(refusal(place, binary), !Contains("was accepted"));
  deb("linux-modules-7.3.4", "7.3.4-2", {{usr + "kernel/a.ko", fake::module("7.3.5")}});
  CHECK_THAT(refusal(place, binary), !Contains("was accepted"));
  deb("linux-modules-7.3.4", "7.3.4-1", {{usr + "kernel/a.ko", fake::module("7.3.4")}});
  const auto build = open_it(binary);
  CHECK(build.package == "linux-binary-7.3.4");
  CHECK(bool(fs::exists(build.modules / "kernel/a.ko")));

  place.file("kernel-core-6.9.rpm", fake::rpm({{usr + "vmlinuz", fake::bzimage("7.3.4")}}));
  place.file("kernel-modules-core-6.9.rpm",
             fake::rpm({{usr + "kernel/a.ko", fake::module("7.3.4")}}));
  CHECK(open_it((place.folder.path() / "kernel-core-6.9.rpm").string()).release == "7.3.4");
}

TEST_CASE("a kernel is opened where it was built", "[kernels]") {
  const Place place;
  const auto tree = place.tree({{"arch/x86/boot/bzImage", fake::bzimage("6.9.0")},
                                {".config", "CONFIG_XEN_DOM0=y\n"},
                                {"include/config/kernel.release", "6.9.0\n"},
                                {"modules.builtin", "kernel/lib/crc32.ko\n"},
                                {"net/bridge/bridge.ko", fake::module("6.9.0", "stp")},
                                {"net/bridge/bridge.o", "no module"}});
  const auto build = open_it(tree);
  CHECK(build.release == "6.9.0");
  CHECK(build.config.value("XEN_DOM0") == "y");
  place.file("net/bridge/bridge.ko", fake::module("6.9.1"));
  CHECK_THAT(refusal(place, tree), Contains("modules of release 6.9.1"));
  place.file("include/config/kernel.release", "6.9.1\n");
  CHECK_THAT(refusal(place, tree), Contains("is configured for 6.9.1"));
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

TEST_CASE("hostile and damaged archives get one line and leave nothing", "[kernels]") {
  const Place place;
  const auto whole = fake::kernel("6.1.0");
  const auto refused = [&](const std::string& bytes) {
    return refusal(place, place.file("linux.deb", bytes));
  };
  const auto with = [&](const fake::Entry& entry) {
    return refused(fake::tar(whole + std::vector{entry}));
  };
  const auto deb = fake::deb(fake::tar(whole));
  for (const auto size : {std::size_t{8}, deb.size() / 4, deb.size() / 2, deb.size() - 300}) {
    CHECK_THAT(refused(deb.substr(0, size)), !Contains("was accepted"));
  }
  CHECK_THAT(refused(fake::deb("\xfd"
                               "7zXZ" +
                               std::string(2000, 'x'))),
             !Contains("was accepted"));
  CHECK_THAT(refused(fake::deb("")), !Contains("was accepted"));
  CHECK_THAT(with({"boot/../../etc/x", "evil"}), Contains("leads out"));
  CHECK_THAT(with({"/boot/x", "evil"}), Contains("absolute path"));
  CHECK_THAT(with({"boot/x", {}, "../../etc"}), Contains("link out"));
  CHECK_THAT(with({"boot/x", {}, "/etc/passwd"}), Contains("link out"));
  CHECK_THAT(with({"boot/sda", {}, {}, {}, true}), Contains("neither a file"));
  CHECK_THAT(with({"boot/zeros", std::string(80 << 20, '\0')}), Contains("more data"));
  auto image = fake::bzimage("6.1.0");
  image[0x236] = 0;  // not for 64 bits
  CHECK_THAT(refused(fake::tar({{"boot/vmlinuz", image}, whole[3]})), Contains("32-bit"));
  const std::string arm = "MZ" + std::string(0x36, '\0') + "ARMd" + std::string(2000, '\0');
  CHECK_THAT(refused(fake::tar({{"boot/vmlinuz", arm}, whole[3]})),
             Contains("not a Linux kernel image"));
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
