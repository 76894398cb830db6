// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/build_id.hpp"

#include "framework/base/catch.hpp"
#include "framework/testbed/host_facts.hpp"

namespace refrag::testbed {

namespace {

// As od prints it: a note of Xen's with three bytes of text, then the build id.
constexpr auto dump = R"( 04 00 00 00 03 00 00 00 06 00 00 00 58 65 6e 00
 41 42 43 00 04 00 00 00 04 00 00 00 03 00 00 00
 47 4e 55 00 de ad be ef
)";

}  // namespace

TEST_CASE("the build id is found behind other notes", "[testbed]") {
  CHECK(build_id_of(dump) == "deadbeef");
}

TEST_CASE("notes that are cut, empty or rubbish have no build id", "[testbed]") {
  const std::string whole = dump;
  for (std::size_t size = 0; size + 2 < whole.size(); ++size) {
    CHECK(build_id_of(whole.substr(0, size)).empty());
  }
  CHECK(build_id_of("ff ff ff ff ff ff ff ff ff ff ff ff ff ff").empty());
  CHECK(build_id_of("not hexadecimal at all, and rather long").empty());
}

TEST_CASE("this machine's kernel says what it is", "[testbed]") {
  host::Shell shell({"sh"});
  const auto machine = host_facts(shell, base::Deadline::in(base::seconds(20))).machine;
  CHECK(machine.release == shell.run_ok("uname -r", base::Deadline::in(base::seconds(20))));
  CHECK(machine.build_id.size() % 2 == 0);
}

}  // namespace refrag::testbed
