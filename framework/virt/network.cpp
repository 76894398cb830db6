// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/network.hpp"

#include <cstdlib>

#include <fmt/format.h>
#include <libvirt/virterror.h>

namespace refrag::virt {

Network Network::create(const Connection& connection, const NetworkSpec& spec,
                        base::Deadline deadline) {
  const auto doing = fmt::format("creating the network {}", spec.name);
  return {
      connection, spec.name,
      connection.call(doing, deadline, [doing, xml = network_xml(spec), to = connection.handle()] {
        NetworkHandle made(virNetworkCreateXML(to.get(), xml.c_str()));
        if (!made) throw failure(doing);
        return made;
      })};
}

std::optional<Network> Network::find(const Connection& connection, const std::string& name,
                                     base::Deadline deadline) {
  const auto doing = fmt::format("looking for the network {}", name);
  auto found = connection.call(doing, deadline, [doing, name, in = connection.handle()] {
    NetworkHandle handle(virNetworkLookupByName(in.get(), name.c_str()));
    if (!handle && failure_code() != VIR_ERR_NO_NETWORK) throw failure(doing);
    return handle;
  });
  if (!found) return std::nullopt;
  return Network(connection, name, std::move(found));
}

std::string Network::bridge(base::Deadline deadline) const {
  const auto doing = fmt::format("asking for the bridge of {}", name_);
  return connection_.call(doing, deadline, [doing, network = handle_] {
    const std::unique_ptr<char, Release<std::free>> bridge(virNetworkGetBridgeName(network.get()));
    if (!bridge) throw failure(doing);
    return std::string(bridge.get());
  });
}

void Network::destroy(base::Deadline deadline) const {
  const auto doing = fmt::format("destroying the network {}", name_);
  connection_.call(doing, deadline, [doing, network = handle_] {
    if (virNetworkDestroy(network.get()) == 0) return;
    if (failure_code() != VIR_ERR_NO_NETWORK) throw failure(doing);
  });
}

}  // namespace refrag::virt
