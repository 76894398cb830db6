// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/uri.hpp"

#include <algorithm>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using validate::parse_uri;

TEST_CASE("libvirt's URIs say where a host is", "[validate]") {
  const auto here = parse_uri("xen:///system");
  CHECK(here.driver == "xen");
  CHECK_FALSE(here.is_remote());
  const auto there =
      parse_uri("qemu+ssh://root@host.example:2222/system?keyfile=/k&known_hosts=/h");
  CHECK(there.is_remote());
  CHECK(there.login == "root@host.example");
  CHECK(there.port == 2222);
  CHECK(there.key_file == "/k");
  CHECK(there.known_hosts == "/h");
  CHECK(parse_uri("xen+unix:///system?socket=/run/x").socket == "/run/x");
}

TEST_CASE("what is no such URI is refused, and so is trust without a key", "[validate]") {
  for (const char* text :
       {"", "xen", "lxc:///system", "xen+tcp://host/system", "xen+ssh:///system",
        "xen://host/system", "xen+ssh://-oProxyCommand=x/system", "xen+ssh://a b/system",
        "xen+ssh://host;id/system", "xen+ssh://host:99999/system", "qemu:///session",
        "xen+ssh://host/system?no_verify=1", "xen+ssh://host/system?command=evil"}) {
    INFO(text);
    CHECK_THROWS_AS(parse_uri(text), base::Error);
  }
}

TEST_CASE("a password is neither taken nor told", "[validate]") {
  CHECK_THROWS_WITH(
      parse_uri("xen+ssh://root:secret@host/system"),
      Catch::StartsWith("xen+ssh://root:***@host/system: ") && !Catch::Contains("secret"));
}

TEST_CASE("a session is told from a host", "[validate]") {
  CHECK_THROWS_WITH(parse_uri("qemu:///session"), Catch::Contains("a session has no bridges"));
}

TEST_CASE("ssh always checks the host's key and never asks", "[validate]") {
  const auto options = validate::ssh_options(parse_uri("xen+ssh://host/system"));
  for (const char* option : {"-oStrictHostKeyChecking=yes", "-oBatchMode=yes"}) {
    CHECK(std::ranges::count(options, option) == 1);
  }
}
