// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/domain_xml.hpp"

#include <fmt/format.h>

#include "framework/base/files.hpp"
#include "framework/virt/xml.hpp"

namespace refrag::virt {

namespace {

bool is_pc(const DomainSpec& spec) { return spec.type == "kvm" || spec.type == "qemu"; }

void add_os(pugi::xml_node& domain, const DomainSpec& spec) {
  auto os = domain.append_child("os");
  if (is_pc(spec)) {
    add_text(os, "type", "hvm", {{"arch", "x86_64"}, {"machine", "pc"}});
  } else {
    add_text(os, "type", "linux", {{"arch", "x86_64"}, {"machine", "xenpv"}});
  }
  add_text(os, "kernel", spec.kernel);
  add_text(os, "initrd", spec.initrd);
  add_text(os, "cmdline", spec.cmdline);
}

// libvirt takes a script on interfaces of type bridge only, and resolves type network to a bridge
// by a second connection to itself: so it is always a bridge.
void add_devices(pugi::xml_node& domain, const DomainSpec& spec) {
  auto devices = domain.append_child("devices");
  auto card = add(devices, "interface", {{"type", "bridge"}});
  add(card, "mac", {{"address", mac_of(spec.name)}});
  add(card, "source", {{"bridge", spec.bridge}});
  if (!spec.script.empty()) add(card, "script", {{"path", spec.script}});
  if (is_pc(spec)) add(card, "model", {{"type", "virtio"}});
  auto console = add(devices, "console", {{"type", "pty"}});
  add(console, "target", {{"type", is_pc(spec) ? "serial" : "xen"}, {"port", "0"}});
  if (is_pc(spec)) add(devices, "memballoon", {{"model", "none"}});
}

}  // namespace

std::string domain_xml(const DomainSpec& spec) {
  pugi::xml_document document;
  auto domain = add(document, "domain", {{"type", spec.type}});
  add_text(domain, "name", spec.name);
  if (!spec.uuid.empty()) add_text(domain, "uuid", spec.uuid);
  add_text(domain, "memory", std::to_string(spec.memory), {{"unit", "MiB"}});
  add_text(domain, "vcpu", std::to_string(spec.vcpus));
  add_os(domain, spec);
  add_text(domain, "on_poweroff", "destroy");
  add_text(domain, "on_reboot", "destroy");
  add_text(domain, "on_crash", "preserve");
  add_devices(domain, spec);
  return text(document);
}

std::string mac_of(std::string_view domain) {
  const auto digest = base::sha256(domain);
  // Xen keeps the top bit of the fourth byte clear in addresses that it makes up.
  const int fourth = std::stoi(digest.substr(0, 2), nullptr, 16) & 0x7f;
  return fmt::format("00:16:3e:{:02x}:{}:{}", fourth, digest.substr(2, 2), digest.substr(4, 2));
}

}  // namespace refrag::virt
