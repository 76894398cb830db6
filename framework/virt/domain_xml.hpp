// SPDX-License-Identifier: GPL-2.0-or-later
// A guest of ours as libvirt's XML. Pure.
#pragma once

#include <string>
#include <string_view>

namespace refrag::virt {

// A guest that boots a kernel directly and is spoken to over its console: a paravirtual one on Xen,
// a PC with virtio cards on QEMU. One that crashed stays until it is destroyed, so that its end can
// be seen and its console read.
struct DomainSpec {
  std::string name = {};
  std::string kernel = {};  // files on the host
  std::string initrd = {};
  std::string cmdline = {};
  int memory = 128;  // MiB
  int vcpus = 1;
  std::string bridge = {};   // its one network card's
  std::string script = {};   // hotplug script on the host; empty for the host's own
  std::string type = "xen";  // of the hypervisor, in libvirt's words: "xen", "kvm", "qemu"
  std::string uuid = {};     // empty for one that libvirt makes up
};

std::string domain_xml(const DomainSpec& spec);

// The network card's address: Xen's prefix 00:16:3e, the rest from the domain's name, so that the
// same guest has the same address in every run.
std::string mac_of(std::string_view domain);

}  // namespace refrag::virt
