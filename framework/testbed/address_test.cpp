// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/address.hpp"

#include "framework/base/catch.hpp"

namespace refrag::testbed {

namespace {

XenAddress example() {
  return {.libvirt = "xen+unix:///system?socket=/run/l",
          .shell = {"ssh", "-S", "/run/c", "host", "sh"},
          .guests = {"refrag-a", "refrag-b"},
          .logs = {"/run/a.log", "/run/b.log"},
          .is_disposable = true,
          .facts = {.kind = "xen",
                    .mtu = 1500,
                    .machines = {{"host", "6.1.0\xff", "abcd", "xen dom0"}},
                    .hypervisor = "Xen 4.17.5"}};
}

}  // namespace

TEST_CASE("an address is read as it was written, private to its owner", "[testbed]") {
  const base::TempDir folder("address");
  const auto file = folder.path() / "testbed.json";
  write_address(file, example());
  CHECK(read_kind(file) == "xen");
  const auto address = read_xen_address(file);
  CHECK(address.libvirt == example().libvirt);
  CHECK(address.shell == example().shell);
  CHECK(address.is_disposable);
  CHECK(address.guests == example().guests);
  CHECK(address.facts.machines.at(0).release == "6.1.0\xEF\xBF\xBD");
  CHECK((base::fs::status(file).permissions() & base::fs::perms::all) ==
        (base::fs::perms::owner_read | base::fs::perms::owner_write));
}

TEST_CASE("a file that is no address is refused by name", "[testbed]") {
  const base::TempDir folder("address");
  const auto file = folder.path() / "testbed.json";
  const std::string text = GENERATE("", "{", "[]", "{}", R"({"kind": 7})", "\xff\xfe");
  base::write_file(file, text);
  CHECK_THROWS_WITH(read_kind(file), Catch::Contains(file.string()));
  CHECK_THROWS_WITH(read_xen_address(file), Catch::Contains(file.string()));
  CHECK_THROWS_AS(attach(file, base::Deadline::in(base::seconds(1))), base::Error);
}

TEST_CASE("an address with one guest only is refused", "[testbed]") {
  const base::TempDir folder("address");
  auto address = example();
  address.guests.pop_back();
  write_address(folder.path() / "a", address);
  CHECK_THROWS_WITH(read_xen_address(folder.path() / "a"), Catch::Contains("no two guests"));
}

}  // namespace refrag::testbed
