// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/axes.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::verdict;

namespace {

Cell cell(std::string_view text) { return *Cell::parse(text); }

std::string reassembled(std::string_view text) { return axis_value(cell(text), "reassembled"); }

}  // namespace

TEST_CASE("an axis that a cell does not have is as usual", "[verdict]") {
  CHECK(axis_value(cell("nf=1"), "family") == "ipv4");
  CHECK(axis_value(cell("nf=1,family=ipv6"), "family") == "ipv6");
  CHECK(axis_value(cell("tag=none"), "nf").empty());
  CHECK(axis_value(cell("tag=none"), "colour").empty());
}

TEST_CASE("a bridge reassembles what its hooks see and a rule asks for", "[verdict]") {
  for (const auto* yes : {"tag=none,nf=1", "tag=vlan3,nf=1", "tag=ad3,nf=1", "tag=prio,nf=1",
                          "tag=none,nf=ip4", "tag=none,nf=ip6,family=ipv6", "tag=vlan3,nf=bridge",
                          "tag=none,nf=1,rules=notrack", "tag=none,nf=1,filter=0"}) {
    INFO(yes);
    CHECK(reassembled(yes) == "hooks");
    CHECK(cell(yes).claims_reassembly());
  }
  for (const auto* no :
       {"tag=none,nf=0", "tag=vlan3,nf=1,filter=0", "tag=none,nf=ip6", "tag=qinq,nf=1",
        "tag=none,nf=ip4,family=ipv6", "tag=none,nf=1,rules=none", "tag=none,nf=1,rules=accept",
        "tag=pppoe,nf=1", "tag=qinq,nf=0,rules=bridge-conntrack", "tag=vlan3,nf=absent",
        "tag=vlan3,nf=1,vlans=trunk,filter=0"}) {
    INFO(no);
    CHECK(reassembled(no) == "none");
    CHECK_FALSE(cell(no).claims_reassembly());
  }
  CHECK(reassembled("tag=vlan3,nf=0,rules=bridge-conntrack") == "bridge");
  CHECK(reassembled("tag=vlan3,nf=1,filter=0,rules=bridge-conntrack") == "bridge");
  CHECK(reassembled("tag=vlan3,nf=1,rules=bridge-conntrack") == "hooks");
  CHECK(reassembled("tag=pppoe,nf=1,pppoe=1,rules=bridge-conntrack") == "none");
  CHECK(reassembled("tag=pppoe,nf=1,pppoe=1") == "unknown");
}

TEST_CASE("a tag that is put on inside a bridge is seen at one end of the way only", "[verdict]") {
  CHECK(reassembled("tag=vlan3,nf=1,vlans=mixed") == "hooks");
  CHECK(reassembled("tag=vlan3,nf=1,vlans=mixed,filter=0") == "unknown");
  CHECK(reassembled("tag=vlan3,nf=0,vlans=mixed,filter=0") == "none");
  const auto mixed = cell("tag=vlan3,nf=1,vlans=mixed");
  CHECK(tag_at(mixed, "a") == "vlan3");
  CHECK(tag_at(mixed, "b") == "none");
  CHECK(tag_at(cell("tag=vlan3,nf=1,vlans=trunk"), "b") == "vlan3");
}

TEST_CASE("endpoints and ports have MTUs of their own", "[verdict]") {
  CHECK(sender_mtu(cell("nf=1"), 1500) == 1500);
  CHECK(sender_mtu(cell("nf=1,mtu=1000"), 1500) == 1000);
  CHECK(port_mtu(cell("nf=1,mtu=1000"), 1500) == 1500);
  CHECK(sender_mtu(cell("nf=1,port=9000"), 1500) == 9000);
  CHECK(sender_mtu(cell("tag=pppoe"), 1500) == 1492);
  CHECK(longest_packet(cell("nf=1"), 1472, 1500) == 1500);
  CHECK(longest_packet(cell("nf=1"), 1473, 1500) == 1500);
  CHECK(longest_packet(cell("nf=1,mtu=1000"), 1473, 1500) == 996);
  CHECK(longest_packet(cell("family=ipv6"), 65507, 1500) == 1496);
}

TEST_CASE("a cell says what its host is to be set to", "[verdict]") {
  const auto usual = knobs_of(cell("tag=vlan3,nf=1"), 1500);
  CHECK(usual.at("bridge-nf-call-iptables") == "1");
  CHECK(usual.at("bridge-nf-call-ip6tables") == "1");
  CHECK(usual.at("bridge-nf-filter-vlan-tagged") == "1");
  CHECK(usual.at("nf_call_iptables") == "0");
  CHECK(usual.at("rules") == "conntrack");
  CHECK(usual.at("mtu") == "1500");
  CHECK(usual.at("br_netfilter") == "1");
  CHECK(usual.at("vlans") == "0");
  CHECK(usual.at("offloads") == "1");
  const auto absent = knobs_of(cell("tag=none,nf=absent"), 1500);
  CHECK(absent.at("br_netfilter") == "0");
  CHECK_FALSE(absent.contains("bridge-nf-call-iptables"));
  const auto other = knobs_of(cell("nf=bridge,rules=drop,port=9000,filter=0"), 1500);
  CHECK(other.at("bridge-nf-call-iptables") == "0");
  CHECK(other.at("nf_call_ip6tables") == "1");
  CHECK(other.at("bridge-nf-filter-vlan-tagged") == "0");
  CHECK(other.at("rules") == "drop");
  CHECK(other.at("mtu") == "9000");
}
