// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/connection.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/virt/hung_server.hpp"

namespace refrag::virt {

using base::Deadline;
using base::milliseconds;
using base::seconds;

TEST_CASE("a connection knows its hypervisor", "[virt]") {
  const auto connection = Connection::open("test:///default", Deadline::in(seconds(5)));
  CHECK(connection.uri() == "test:///default");
  CHECK(connection.hypervisor(Deadline::in(seconds(5))) == "TEST 0.0.2");
}

TEST_CASE("an error names the URI and has libvirt's words", "[virt]") {
  const auto open = [](const std::string& uri) {
    return Connection::open(uri, Deadline::in(seconds(5)));
  };
  CHECK_THROWS_WITH(open("nonsense:///system"),
                    Catch::Contains("connecting to nonsense:///system: libvirt says: ") &&
                        Catch::Contains("nonsense"));
  CHECK_THROWS_WITH(open("xen+unix:///system?socket=/nowhere/s"),
                    Catch::Contains("'/nowhere/s': No such file or directory"));
}

TEST_CASE("an error is one printable line whatever libvirt repeats", "[virt]") {
  try {
    Connection::open("test:///no\nsuch\x1b[31m\xff.xml", Deadline::in(seconds(5)));
    FAIL("there is no such file");
  } catch (const base::Error& error) {
    CHECK(error.fault() == base::Fault::lab);
    CHECK_THAT(error.what(), !Catch::Contains("\n") && !Catch::Contains("\x1b"));
  }
}

TEST_CASE("a connection that hung once is not waited for when it is closed", "[virt]") {
  std::promise<void> release;
  const base::Stopwatch watch;
  {
    const auto connection = Connection::open("test:///default", Deadline::in(seconds(5)));
    CHECK_FALSE(connection.time_to_close().expired());
    CHECK_THROWS_AS(connection.call("waiting", Deadline::in(milliseconds(20)),
                                    [until = release.get_future().share()] { until.wait(); }),
                    GivenUp);
    CHECK(connection.time_to_close().expired());
  }
  release.set_value();
  CHECK(watch.seconds() < 1.5);
}

TEST_CASE("a libvirtd that hangs costs no more than the deadline", "[virt]") {
  const HungServer server;
  const base::Stopwatch watch;
  CHECK_THROWS_WITH(Connection::open(server.uri(), Deadline::in(milliseconds(100))),
                    Catch::Contains("no answer from libvirt"));
  CHECK(watch.seconds() < 5);
}

}  // namespace refrag::virt
