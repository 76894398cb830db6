// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/boot/archive.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "framework/base/catch.hpp"

using namespace refrag::boot;
namespace fs = std::filesystem;

namespace {

void pad(std::string& bytes) { bytes.resize((bytes.size() + 3) / 4 * 4, '\0'); }

// As `cpio --format=newc` writes it.
std::string entry(unsigned mode, const std::string& name, const std::string& data = {}) {
  auto bytes = fmt::format("070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", 1, mode, 0, 0, 1, 0,
                           data.size());
  bytes += fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", 0, 0, 0, 0, name.size() + 1, 0);
  bytes += name + '\0';
  pad(bytes);
  bytes += data;
  pad(bytes);
  return bytes;
}

const std::string trailer = entry(0, "TRAILER!!!");

std::string contents(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

// A current folder of our own, until it goes.
class Inside {
 public:
  Inside() {
    auto name = (fs::temp_directory_path() / "boot-test.XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
    fs::current_path(folder_);
  }
  ~Inside() {
    fs::current_path(before_);
    fs::remove_all(folder_);
  }

 private:
  fs::path before_ = fs::current_path(), folder_;
};

UnpackFailure unpack(const std::string& archive) {
  return refrag::boot::unpack(archive.data(), archive.size());
}

}  // namespace

TEST_CASE("an archive is unpacked with its folders, modes and links, and zeros may follow it",
          "[boot]") {
  const Inside inside;
  const auto failed = unpack(entry(040700, "root") + entry(0100755, "root/run", "#!program") +
                             entry(0100600, "root/empty") + entry(0120777, "bin", "root") +
                             trailer + std::string(4096, '\0'));
  CHECK(failed.path == nullptr);
  CHECK(contents("bin/run") == "#!program");
  CHECK(fs::is_empty("root/empty"));
  CHECK(fs::read_symlink("bin") == "root");
  CHECK(fs::status("root").permissions() == fs::perms::owner_all);
  CHECK(fs::status("root/run").permissions() == fs::perms(0755));
}

TEST_CASE("what is there already stays beside what an archive adds", "[boot]") {
  const Inside inside;
  fs::create_directory("etc");
  std::ofstream("etc/key") << "secret";
  CHECK(unpack(entry(040755, "etc") + entry(0100644, "etc/hosts", "localhost") + trailer).path ==
        nullptr);
  CHECK(contents("etc/key") == "secret");
  CHECK(contents("etc/hosts") == "localhost");
}

TEST_CASE("an archive that was cut off is told from a whole one", "[boot]") {
  const Inside inside;
  const auto whole = entry(0100644, "file", std::string(300, 'x')) + trailer;
  for (std::size_t size = 0; size < whole.size(); size += 4) {
    CAPTURE(size);
    CHECK(unpack(whole.substr(0, size)).error == EBADMSG);
  }
  CHECK(unpack(std::string(4096, '\0')).error == EBADMSG);
}

TEST_CASE("what cannot be made is named", "[boot]") {
  const Inside inside;
  const auto orphan = entry(0100644, "nowhere/file") + trailer,
             device = entry(020600, "null") + trailer;
  CHECK(unpack(orphan).path == std::string("nowhere/file"));
  CHECK(unpack(orphan).error == ENOENT);
  CHECK(unpack(device).path == std::string("null"));
}

TEST_CASE("a machine without the card has nothing to unpack", "[boot]") {
  CHECK(unpack_card("/nowhere/resource2").path == nullptr);
}
