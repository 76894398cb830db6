// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/network.hpp"

#include "framework/base/catch.hpp"
#include "framework/virt/owned.hpp"

namespace refrag::virt {

namespace {

const NetworkSpec spec = {.name = "refrag-test", .bridge = "virbr9", .address = "192.0.2.1"};

base::Deadline soon() { return base::Deadline::in(base::seconds(5)); }

}  // namespace

TEST_CASE("a network is created, found and destroyed", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  CHECK_FALSE(Network::find(connection, spec.name, soon()));
  const auto network = Network::create(connection, spec, soon());
  CHECK(network.bridge(soon()) == "virbr9");
  CHECK(Network::find(connection, spec.name, soon())->bridge(soon()) == "virbr9");

  network.destroy(soon());
  CHECK_FALSE(Network::find(connection, spec.name, soon()));
  CHECK_NOTHROW(network.destroy(soon()));
}

TEST_CASE("a network that is there already is refused by name", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  const auto network = Network::create(connection, spec, soon());
  CHECK_THROWS_WITH(Network::create(connection, spec, soon()),
                    Catch::StartsWith("while creating the network refrag-test: libvirt says: "));
}

TEST_CASE("an owned network goes with its owner, one that is left to the host stays", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  {
    const Owned owned(Network::create(connection, spec, soon()), base::seconds(5));
    CHECK(Network::find(connection, spec.name, soon()));
  }
  CHECK_FALSE(Network::find(connection, spec.name, soon()));
  { const Owned owned(Network::create(connection, spec, soon()), left_to_host); }
  CHECK(Network::find(connection, spec.name, soon()));
}

TEST_CASE("an owner that is moved destroys once, and at the new place", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  {
    Owned first(Network::create(connection, spec, soon()), base::seconds(5));
    const Owned second(std::move(first));
    CHECK(Network::find(connection, spec.name, soon()));
  }
  CHECK_FALSE(Network::find(connection, spec.name, soon()));
}

}  // namespace refrag::virt
