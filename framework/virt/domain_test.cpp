// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/domain.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/virt/console.hpp"
#include "framework/virt/owned.hpp"

namespace refrag::virt {

namespace {

base::Deadline soon() { return base::Deadline::in(base::seconds(5)); }

DomainSpec spec(const std::string& name) {
  return {.name = name, .kernel = "/vmlinuz", .initrd = "/initrd", .bridge = "br", .type = "test"};
}

}  // namespace

TEST_CASE("a guest is created, found, asked and destroyed", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  CHECK_FALSE(Domain::find(connection, "refrag-a", soon()));
  const auto guest = Domain::create(connection, spec("refrag-a"), soon());
  CHECK(guest.state(soon()) == DomainState::running);
  CHECK(Domain::find(connection, "refrag-a", soon())->name() == "refrag-a");

  guest.destroy(soon());
  CHECK(guest.state(soon()) == DomainState::gone);
  CHECK_NOTHROW(guest.destroy(soon()));
  CHECK_FALSE(Domain::find(connection, "refrag-a", soon()));
}

TEST_CASE("how a guest fares is read from libvirt's state and reason", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  const auto guest = Domain::create(connection, spec("refrag-a"), soon());
  REQUIRE(virDomainSuspend(guest.handle().get()) == 0);
  CHECK(guest.state(soon()) == DomainState::halted);
  REQUIRE(virDomainResume(guest.handle().get()) == 0);
  CHECK(guest.state(soon()) == DomainState::running);
  REQUIRE(virDomainShutdown(guest.handle().get()) == 0);
  CHECK(guest.state(soon()) == DomainState::gone);
}

TEST_CASE("a guest that libvirt refuses is an error with its name", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  const auto guest = Domain::create(connection, spec("refrag-a"), soon());
  CHECK_THROWS_WITH(Domain::create(connection, spec("refrag-a"), soon()),
                    Catch::StartsWith("while creating the guest refrag-a: libvirt says: "));
  CHECK_THROWS_AS(Domain::create(connection, spec(""), soon()), base::Error);
}

TEST_CASE("an owned guest goes with its owner", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  {
    const Owned guest(Domain::create(connection, spec("refrag-a"), soon()), base::seconds(5));
    CHECK(guest.get().state(soon()) == DomainState::running);
  }
  CHECK_FALSE(Domain::find(connection, "refrag-a", soon()));
}

TEST_CASE("a guest outlives the connection object that it came from", "[virt]") {
  const auto guest = Domain::create(Connection::open("test:///default", soon()), spec("a"), soon());
  CHECK(guest.state(soon()) == DomainState::running);
}

TEST_CASE("a console that cannot be opened is an error with the guest's name", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  const auto guest = Domain::create(connection, spec("refrag-a"), soon());
  CHECK_THROWS_WITH(open_console(guest, soon()),
                    Catch::StartsWith("while using the console of refrag-a: libvirt says: "));
}

}  // namespace refrag::virt
