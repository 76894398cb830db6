// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/modules.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/cpio.hpp"
#include "framework/kernels/fake_kernel.hpp"

using namespace refrag;
using namespace refrag::kernels;

namespace {

std::vector<std::string> names(const LoadOrder& order) {
  std::vector<std::string> all;
  for (const auto& module : order.modules) all.push_back(module.name);
  return all;
}

struct Folder {
  base::TempDir folder{"test"};
  Folder() {
    const auto add = [this](const char* path, const std::string& data) {
      base::make_folder((folder.path() / path).parent_path());
      base::write_file(folder.path() / path, data);
    };
    add("kernel/fs/ext4.ko", fake::module("6.1.0", "jbd2,crc16", "pre: crypto-crc32c"));
    add("kernel/fs/jbd2.ko", fake::module("6.1.0"));
    add("kernel/crypto/crc32c_generic.ko", fake::module("6.1.0"));
    add("kernel/net/br-netfilter.ko.gz", gzip(fake::module("6.1.0", "bridge")));
    add("kernel/net/bridge.ko", fake::module("6.1.0", "stp,llc"));
    add("kernel/net/stp.ko", fake::module("6.1.0", "llc"));
    add("kernel/net/llc.ko", fake::module("6.1.0"));
    add("kernel/net/orphan.ko", fake::module("6.1.0", "gone"));
    add("modules.builtin", "kernel/lib/crc16.ko\nkernel/drivers/virtio/virtio-pci.ko\n");
  }
};

}  // namespace

TEST_CASE("modules are loaded after those they depend on, each once", "[kernels]") {
  const Folder tree;
  const auto order = ModuleTree(tree.folder.path()).load_order({{"br_netfilter"}, {"bridge"}});
  CHECK(names(order) == std::vector<std::string>{"llc", "stp", "bridge", "br_netfilter"});
  CHECK(order.missing.empty());
  CHECK(order.modules.back().data == fake::module("6.1.0", "bridge"));  // decompressed
}

TEST_CASE("soft dependencies on an algorithm find its plain implementation", "[kernels]") {
  const Folder tree;
  const auto order = ModuleTree(tree.folder.path()).load_order({{"ext4"}});
  CHECK(names(order) == std::vector<std::string>{"crc32c_generic", "jbd2", "ext4"});
}

TEST_CASE("what is built in need not be loaded, what is missing is said", "[kernels]") {
  const Folder tree;
  const ModuleTree modules(tree.folder.path());
  CHECK(modules.load_order({{"virtio-pci"}}).modules.empty());
  CHECK(modules.load_order({{"virtio-pci"}}).missing.empty());
  CHECK(modules.load_order({{"nothing", true}}).missing.empty());
  const std::vector<std::string> missing{"nothing", "gone"};
  CHECK(modules.load_order({{"nothing"}, {"orphan"}}).missing == missing);
}

TEST_CASE("a signature is taken off, and nothing else", "[kernels]") {
  const std::string marker = "~Module signature appended~\n";
  const std::string trailer("\0\0\2\0\0\0\0\0\0\0\0\3", 12);
  CHECK(without_signature("elf" + ("sig" + trailer) + marker) == "elf");
  for (const auto& other :
       {std::string("elf"), std::string(), marker, "sig" + marker, "i" + trailer + marker}) {
    CHECK(without_signature(other) == other);
  }
}

TEST_CASE("names are the same with dashes and underscores", "[kernels]") {
  const Folder tree;
  const ModuleTree modules(tree.folder.path());
  CHECK(modules.file_of("br-netfilter") == modules.file_of("br_netfilter"));
  CHECK(module_name("kernel/net/br-netfilter.ko.xz") == "br_netfilter");
}

TEST_CASE("a replica's module takes the place of the kernel's own", "[kernels]") {
  const Folder tree;
  const auto file = tree.folder.path() / "replaced";
  base::write_file(file, fake::module("6.1.0", "llc"));
  const ModuleTree modules(tree.folder.path(), {{"bridge", file}});
  CHECK(names(modules.load_order({{"bridge"}})) == std::vector<std::string>{"llc", "bridge"});
}

TEST_CASE("parameters stay with the module that was wanted with them", "[kernels]") {
  const Folder tree;
  const ModuleTree modules(tree.folder.path());
  const auto order = modules.load_order({{"bridge"}, {"llc", false, "debug=1"}});
  REQUIRE(names(order) == std::vector<std::string>{"llc", "stp", "bridge"});
  CHECK(order.modules[0].parameters == "debug=1");
  CHECK(order.modules[2].parameters.empty());
}
