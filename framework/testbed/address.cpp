// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/address.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace refrag::testbed {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Machine, name, release, build_id, platform)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(Facts, kind, mtu, machines, hypervisor)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(XenAddress, libvirt, shell, guests, logs, is_disposable, facts,
                                   networks)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(WireAddress, a, b, commands, console, window, facts)

namespace {

using nlohmann::json;

template <class T>
T read(const base::fs::path& path, T (*parse)(const json&)) {
  try {
    return parse(json::parse(base::read_file(path)));
  } catch (const json::exception& error) {
    throw base::Error(base::Fault::lab, fmt::format("{} is not a testbed's address: {}",
                                                    path.string(), error.what()));
  }
}

template <class Address>
void write(const base::fs::path& path, const Address& address) {
  json object = address;
  object["kind"] = address.facts.kind;
  base::write_file(path, object.dump(2, ' ', false, json::error_handler_t::replace) + "\n", 0600);
}

}  // namespace

void write_address(const base::fs::path& path, const XenAddress& address) { write(path, address); }
void write_address(const base::fs::path& path, const WireAddress& address) { write(path, address); }

std::string read_kind(const base::fs::path& path) {
  return read<std::string>(
      path, [](const json& address) { return address.at("kind").get<std::string>(); });
}

XenAddress read_xen_address(const base::fs::path& path) {
  auto address =
      read<XenAddress>(path, [](const json& object) { return object.get<XenAddress>(); });
  if (address.guests.size() == 2 && address.logs.size() == 2) return address;
  throw base::Error(base::Fault::lab, fmt::format("{} has no two guests", path.string()));
}

WireAddress read_wire_address(const base::fs::path& path) {
  return read<WireAddress>(path, [](const json& object) { return object.get<WireAddress>(); });
}

}  // namespace refrag::testbed
