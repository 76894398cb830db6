// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/network_xml.hpp"

#include "framework/virt/xml.hpp"

namespace refrag::virt {

std::string network_xml(const NetworkSpec& spec) {
  pugi::xml_document document;
  auto network = document.append_child("network");
  add_text(network, "name", spec.name);
  add(network, "forward", {{"mode", "open"}});
  add(network, "bridge", {{"name", spec.bridge}, {"stp", "off"}, {"delay", "0"}});
  add(network, "mtu", {{"size", std::to_string(spec.mtu)}});
  add(network, "dns", {{"enable", "no"}});
  add(network, "ip", {{"address", spec.address}, {"prefix", std::to_string(spec.prefix)}});
  return text(document);
}

}  // namespace refrag::virt
