// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/initramfs.hpp"

#include <map>

#include <archive.h>
#include <archive_entry.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/archive.hpp"
#include "framework/kernels/archive_reader.hpp"
#include "framework/kernels/cpio.hpp"
#include "framework/kernels/fake_kernel.hpp"

using namespace refrag;
using namespace refrag::kernels;
namespace fs = std::filesystem;

namespace {

struct Given {
  fake::Cache cache;
  base::TempDir folder{"test"};
  KernelBuild build;
  InitramfsSpec spec;

  Given() {
    fake::write(folder.path(), fake::kernel("6.1.0"));
    build.label = "6.1.0";
    build.key = "key";
    build.modules = folder.path() / "lib/modules/6.1.0";
    base::write_file(folder.path() / "init", "program", 0755);
    spec.modules = {{"bridge", false, "a=1 b=2"}};
    spec.files = {{"/init", folder.path() / "init"}};
  }
  fs::path make() const { return make_initramfs(build, spec, base::Deadline::never()); }
};

// Path -> contents, in order, of one archive.
std::vector<std::pair<std::string, std::string>> entries_of(const fs::path& file) {
  auto reader = ArchiveReader::of_file(file);
  std::vector<std::pair<std::string, std::string>> entries;
  while (archive_entry* entry = reader.next()) {
    const std::string path = archive_entry_pathname(entry);
    entries.emplace_back(path, reader.read_all(1 << 20));
    CHECK(archive_entry_mtime(entry) == 0);
    if (path == "init") CHECK(archive_entry_perm(entry) == 0755);
    if (path == "dev/console") CHECK(archive_entry_filetype(entry) == AE_IFCHR);
  }
  return entries;
}

}  // namespace

TEST_CASE("an initramfs has our files, the modules and their order", "[kernels]") {
  const Given given;
  const auto entries = entries_of(given.make());
  const std::map<std::string, std::string> by_path(entries.begin(), entries.end());
  CHECK(by_path.size() == entries.size());
  CHECK(by_path.at("init") == "program");
  CHECK(by_path.contains("dev/console"));
  CHECK(by_path.at("modules/llc.ko") == fake::module("6.1.0"));
  CHECK(by_path.at("etc/modules.list") ==
        "/modules/llc.ko\n/modules/stp.ko\n/modules/bridge.ko a=1 b=2\n");
}

TEST_CASE("the same inputs give the same bytes, and are packed once", "[kernels]") {
  const Given given;
  const auto first = given.make();
  const auto bytes = base::read_file(first);
  const auto written = fs::last_write_time(first);
  CHECK(given.make() == first);
  CHECK(fs::last_write_time(first) == written);
  fs::remove_all(first.parent_path());
  CHECK(base::read_file(given.make()) == bytes);
}

TEST_CASE("what is to be loaded later is there, and in another list", "[kernels]") {
  Given given;
  given.spec.modules = {{"llc"}};
  given.spec.later = {{"stp"}, {"nosuch", true}};
  const auto entries = entries_of(given.make());
  const std::map<std::string, std::string> by_path(entries.begin(), entries.end());
  CHECK(by_path.contains("modules/stp.ko"));
  CHECK(by_path.at("etc/modules.list") == "/modules/llc.ko\n");
  CHECK(by_path.at("etc/modules.later") == "/modules/stp.ko\n");
  const auto later = given.make();
  given.spec.modules = {{"llc"}, {"stp"}, {"nosuch", true}};
  given.spec.later.clear();
  CHECK(given.make() != later);
}

TEST_CASE("whatever goes in changes the key", "[kernels]") {
  Given given;
  const auto first = given.make();
  auto other = given.build;
  other.key = "another kernel, or a replica in it";
  CHECK(make_initramfs(other, given.spec, base::Deadline::never()) != first);
  base::write_file(given.folder.path() / "init", "another", 0755);
  CHECK(given.make() != first);
}

TEST_CASE("a base archive comes first and is continued where the kernel looks", "[kernels]") {
  Given given;
  CpioWriter base_writer;
  base_writer.file("/bin/tool", "tool", 0755);
  auto base_bytes = base_writer.finish() + "\n";  // an odd size
  const auto base_file = given.folder.path() / "base.cpio";
  base::write_file(base_file, base_bytes);
  const auto plain = base::read_file(given.make());
  given.spec.base = base_file;
  const auto joined = base::read_file(given.make());
  CHECK(joined.starts_with(base_bytes));
  REQUIRE(joined.ends_with(plain));
  CHECK((joined.size() - plain.size()) % 4 == 0);
}

TEST_CASE("an initramfs can be compressed", "[kernels]") {
  Given given;
  const auto plain = base::read_file(given.make());
  given.spec.gzip = true;
  const auto compressed = base::read_file(given.make());
  CHECK(compressed.size() < plain.size());
  CHECK(decompress(compressed) == plain);
}

TEST_CASE("a kernel without a wanted module is refused by name", "[kernels]") {
  Given given;
  given.spec.modules.push_back({"xen_netback"});
  CHECK_THROWS_WITH(given.make(), Catch::Contains("6.1.0 has no module xen_netback"));
  CHECK(fs::is_empty(given.cache.path() / "refrag/kernels/initramfs") == false);  // the lock alone
  for (const auto& entry :
       fs::directory_iterator(given.cache.path() / "refrag/kernels/initramfs")) {
    CHECK(entry.path().extension() == ".lock");
  }
}
