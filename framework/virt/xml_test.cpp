// SPDX-License-Identifier: GPL-2.0-or-later
// The XML as it goes to libvirt, to the letter.
#include <pugixml.hpp>

#include "framework/base/catch.hpp"
#include "framework/virt/domain_xml.hpp"
#include "framework/virt/network_xml.hpp"

namespace refrag::virt {

TEST_CASE("a network is an open bridge without services", "[virt]") {
  CHECK(network_xml({.name = "refrag-lab", .bridge = "virbr0", .address = "192.0.2.1"}) ==
        R"(<network>
  <name>refrag-lab</name>
  <forward mode="open" />
  <bridge name="virbr0" stp="off" delay="0" />
  <mtu size="1500" />
  <dns enable="no" />
  <ip address="192.0.2.1" prefix="24" />
</network>
)");
}

TEST_CASE("a guest is a paravirtual domain on a bridge with a console", "[virt]") {
  CHECK(domain_xml({.name = "refrag-a",
                    .kernel = "/srv/refrag/vmlinux",
                    .initrd = "/srv/refrag/initrd",
                    .cmdline = "console=hvc0 quiet",
                    .memory = 96,
                    .bridge = "virbr0",
                    .script = "/etc/xen/scripts/vif-refrag"}) ==
        R"(<domain type="xen">
  <name>refrag-a</name>
  <memory unit="MiB">96</memory>
  <vcpu>1</vcpu>
  <os>
    <type arch="x86_64" machine="xenpv">linux</type>
    <kernel>/srv/refrag/vmlinux</kernel>
    <initrd>/srv/refrag/initrd</initrd>
    <cmdline>console=hvc0 quiet</cmdline>
  </os>
  <on_poweroff>destroy</on_poweroff>
  <on_reboot>destroy</on_reboot>
  <on_crash>preserve</on_crash>
  <devices>
    <interface type="bridge">
      <mac address="00:16:3e:4e:7d:67" />
      <source bridge="virbr0" />
      <script path="/etc/xen/scripts/vif-refrag" />
    </interface>
    <console type="pty">
      <target type="xen" port="0" />
    </console>
  </devices>
</domain>
)");
}

TEST_CASE("on QEMU a guest is a PC with a virtio card and a serial console", "[virt]") {
  const auto xml = domain_xml({.name = "refrag-a",
                               .bridge = "br0",
                               .type = "kvm",
                               .uuid = "5f1f6f8e-3c1b-4a53-9d7e-6a2d1c9b7a10"});
  pugi::xml_document document;
  REQUIRE(document.load_string(xml.c_str()));
  const auto domain = document.child("domain");
  CHECK(domain.attribute("type").value() == std::string("kvm"));
  CHECK(domain.child_value("uuid") == std::string("5f1f6f8e-3c1b-4a53-9d7e-6a2d1c9b7a10"));
  CHECK(domain.child("os").child_value("type") == std::string("hvm"));
  const auto devices = domain.child("devices");
  const auto model = devices.child("interface").child("model").attribute("type");
  CHECK(model.value() == std::string("virtio"));
  const auto target = devices.child("console").child("target").attribute("type");
  CHECK(target.value() == std::string("serial"));
}

TEST_CASE("a host's own hotplug script is used when none is named", "[virt]") {
  CHECK_THAT(domain_xml({.name = "refrag-a", .bridge = "br0"}), !Catch::Contains("script"));
}

TEST_CASE("markup in a name stays text", "[virt]") {
  const std::string hostile = R"(a</name><evil b="c">&amp;'")";
  pugi::xml_document network, domain;
  REQUIRE(network.load_string(network_xml({.name = hostile, .bridge = hostile}).c_str()));
  CHECK(network.child("network").child_value("name") == hostile);
  CHECK(network.child("network").child("bridge").attribute("name").value() == hostile);
  REQUIRE(domain.load_string(domain_xml({.name = hostile, .cmdline = hostile}).c_str()));
  CHECK(domain.child("domain").child("os").child_value("cmdline") == hostile);
}

TEST_CASE("network cards have addresses of Xen's, the same in every run", "[virt]") {
  CHECK(mac_of("refrag-a") == "00:16:3e:4e:7d:67");
  CHECK(mac_of("refrag-b") != mac_of("refrag-a"));
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g"}) {
    CHECK(std::stoi(mac_of(name).substr(9, 2), nullptr, 16) < 0x80);
  }
}

}  // namespace refrag::virt
