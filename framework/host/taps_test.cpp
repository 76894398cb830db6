// SPDX-License-Identifier: GPL-2.0-or-later
// The taps' side of the conversation is played by a shell script.
#include "framework/host/taps.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

using namespace refrag;
using base::Deadline;
using base::seconds;

namespace {

struct FakeProgram {
  base::TempDir folder{"taps"};
  std::string path = (folder.path() / "taps").string();

  explicit FakeProgram(const std::string& script) {
    base::write_file(path, "#!/bin/sh\n" + script, 0755);
  }
  host::Taps start() const { return host::Taps({"sh"}, {"vif1.0", "vif2.0"}, path); }
};

Deadline soon() { return Deadline::in(seconds(10)); }

}  // namespace

TEST_CASE("taps say when they listen, and give what they have by its length", "[host]") {
  const FakeProgram program(
      "echo ready; read time; echo time 1000\n"
      "while read word since; do printf 'pcapng 7 3\\n%s-' $1; done\n");
  auto taps = program.start();
  REQUIRE(taps.await(soon()).empty());
  CHECK(taps.now() < std::chrono::seconds(20));  // it lives in 1970
  for (int i = 0; i < 2; ++i) {
    const auto dump = taps.dump(taps.now(), soon());
    CHECK(dump.file == "vif1.0-");
    CHECK(dump.missed == 3);
  }
}

TEST_CASE("taps that cannot listen say why, and those that end or rave are no capture", "[host]") {
  const FakeProgram refuses("echo looking for vif1.0: No such device\nexit 1\n");
  CHECK(refuses.start().await(soon()) == "looking for vif1.0: No such device");
  host::Taps absent({"sh"}, {"vif1.0"}, "/nowhere/at/all");
  CHECK_FALSE(absent.await(soon()).empty());
  for (const auto* reply : {"", "echo pcapng -1 0", "echo pcapng", "echo pcapng 99999999999 0",
                            "echo nonsense", "echo pcapng 50 0"}) {
    const FakeProgram raves(std::string("echo ready; read time; echo time 1\nread line\n") + reply +
                            "\n");
    auto taps = raves.start();
    REQUIRE(taps.await(soon()).empty());
    CHECK_THROWS_AS(taps.dump({}, soon()), base::Error);
  }
}
