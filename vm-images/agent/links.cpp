// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/links.hpp"

#include <algorithm>
#include <cerrno>

#include <arpa/inet.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <time.h>

#include "framework/protocol/message.hpp"

namespace refrag::agent {
namespace {

constexpr std::uint16_t kInfoKind = 1, kInfoData = 2;  // IFLA_INFO_*, nested in IFLA_LINKINFO
constexpr std::uint16_t kVlanId = 1, kVlanEgressQos = 3, kVlanProtocol = 5;  // IFLA_VLAN_*
constexpr std::uint16_t kQosMapping = 1;  // IFLA_VLAN_QOS_MAPPING
constexpr std::uint16_t kServiceTag = 0x88a8;
constexpr std::uint8_t kNoDad = 0x02;    // IFA_F_NODAD
constexpr unsigned kLowerUp = 1u << 16;  // IFF_LOWER_UP

struct Address {
  int family = 0;
  std::string bytes;  // in network order
};

std::optional<Address> parse_address(const std::string& text) {
  for (const int family : {AF_INET, AF_INET6}) {
    std::string bytes(family == AF_INET ? 4 : 16, '\0');
    if (inet_pton(family, text.c_str(), bytes.data()) == 1) return Address{family, bytes};
  }
  return std::nullopt;
}

std::string mac_text(std::string_view bytes) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  if (bytes.size() != 6) return text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!text.empty()) text += ':';
    text += {kHex[byte >> 4], kHex[byte & 15]};
  }
  return text;
}

Link read_link(NetlinkMessage message) {
  const auto head = message.header<ifinfomsg>();
  const auto attribute = [&](std::uint16_t type) { return message.attribute(sizeof head, type); };
  Link link;
  link.name = attribute(IFLA_IFNAME).data() ? attribute(IFLA_IFNAME).data() : "";
  link.index = head.ifi_index;
  link.up = head.ifi_flags & IFF_UP;
  link.carrier = head.ifi_flags & kLowerUp;
  link.mac = mac_text(attribute(IFLA_ADDRESS));
  const auto mtu = attribute(IFLA_MTU);
  if (mtu.size() == sizeof link.mtu) std::memcpy(&link.mtu, mtu.data(), sizeof link.mtu);
  rtnl_link_stats stats{};
  const auto counts = attribute(IFLA_STATS);
  std::memcpy(&stats, counts.data(), std::min(sizeof stats, counts.size()));
  link.dropped = stats.tx_dropped;
  return link;
}

Problem outcome(const std::string& doing, int error) {
  return error == 0 ? Problem() : problem(doing, error);
}

int index_of(const std::string& name) { return static_cast<int>(if_nametoindex(name.c_str())); }

ifinfomsg link_header(int index) {
  ifinfomsg head{};
  head.ifi_family = AF_UNSPEC;
  head.ifi_index = index;
  return head;
}

}  // namespace

std::vector<Link> Links::list() {
  std::vector<Link> links;
  netlink_.dump(NetlinkRequest(RTM_GETLINK, 0, link_header(0)),
                [&](NetlinkMessage message) { links.push_back(read_link(message)); });
  return links;
}

std::optional<Link> Links::find(const std::string& name) {
  for (auto& link : list()) {
    if (link.name == name) return std::move(link);
  }
  return std::nullopt;
}

Problem Links::await(const std::string& name, Micros time) {
  const Micros until = now() + time;
  while (index_of(name) == 0) {
    if (now() >= until) return "no such device: " + name;
    const timespec pause{0, 5'000'000};
    nanosleep(&pause, nullptr);
  }
  return {};
}

Problem Links::set(const std::string& name, std::optional<int> mtu, std::optional<bool> up) {
  auto head = link_header(index_of(name));
  if (up) {
    head.ifi_change = IFF_UP;
    head.ifi_flags = *up ? IFF_UP : 0;
  }
  NetlinkRequest request(RTM_NEWLINK, 0, head);
  if (mtu) request.add(IFLA_MTU, static_cast<std::uint32_t>(*mtu));
  return outcome("setting up " + name, netlink_.ask(request));
}

Problem Links::add_address(const std::string& name, const std::string& text) {
  const auto slash = text.find('/');
  const auto address = parse_address(text.substr(0, slash));
  const auto prefix = slash == text.npos
                          ? std::nullopt
                          : protocol::to_number(std::string_view(text).substr(slash + 1));
  if (!address || !prefix || *prefix < 0 ||
      *prefix > static_cast<std::int64_t>(address->bytes.size() * 8)) {
    return "no address: " + text;
  }
  ifaddrmsg head{};
  head.ifa_family = static_cast<std::uint8_t>(address->family);
  head.ifa_prefixlen = static_cast<std::uint8_t>(*prefix);
  head.ifa_flags = address->family == AF_INET6 ? kNoDad : 0;
  head.ifa_index = static_cast<std::uint32_t>(index_of(name));
  NetlinkRequest request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_REPLACE, head);
  request.add(IFA_LOCAL, address->bytes);
  request.add(IFA_ADDRESS, address->bytes);
  const int error = netlink_.ask(request);
  return outcome("adding " + text + " to " + name, error == EEXIST ? 0 : error);
}

Problem Links::add_vlan(const std::string& parent, const std::string& name, const Vlan& vlan) {
  NetlinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, link_header(0));
  request.add(IFLA_LINK, static_cast<std::uint32_t>(index_of(parent)));
  request.add(IFLA_IFNAME, std::string_view(name.c_str(), name.size() + 1));
  const auto info = request.begin(IFLA_LINKINFO);
  request.add(kInfoKind, "vlan");
  const auto data = request.begin(kInfoData);
  request.add(kVlanId, static_cast<std::uint16_t>(vlan.id));
  // Kernels before 3.10 know 802.1Q only and no attribute for it.
  if (vlan.service) request.add(kVlanProtocol, htons(kServiceTag));
  if (vlan.priority != 0) {
    const std::uint32_t mapping[] = {0, static_cast<std::uint32_t>(vlan.priority)};
    const auto qos = request.begin(kVlanEgressQos);
    request.add(kQosMapping,
                std::string_view(reinterpret_cast<const char*>(mapping), sizeof mapping));
    request.end(qos);
  }
  request.end(data);
  request.end(info);
  return outcome("adding VLAN " + name, netlink_.ask(request));
}

Problem Links::remove(const std::string& name) {
  return outcome("removing " + name,
                 netlink_.ask(NetlinkRequest(RTM_DELLINK, 0, link_header(index_of(name)))));
}

std::string Links::neighbour(const std::string& text) {
  std::string mac;
  const auto address = parse_address(text);
  if (!address) return mac;
  ndmsg head{};
  head.ndm_family = static_cast<std::uint8_t>(address->family);
  netlink_.dump(NetlinkRequest(RTM_GETNEIGH, 0, head), [&](NetlinkMessage message) {
    if (message.attribute(sizeof(ndmsg), NDA_DST) != address->bytes) return;
    mac = mac_text(message.attribute(sizeof(ndmsg), NDA_LLADDR));
  });
  return mac;
}

Problem Links::flush() {
  std::vector<NetlinkRequest> removals;
  netlink_.dump(NetlinkRequest(RTM_GETNEIGH, 0, ndmsg{}), [&](NetlinkMessage message) {
    const auto head = message.header<ndmsg>();
    if (head.ndm_state & (NUD_PERMANENT | NUD_NOARP)) return;
    removals.emplace_back(RTM_DELNEIGH, std::uint16_t{0}, head);
    removals.back().add(NDA_DST, message.attribute(sizeof head, NDA_DST));
  });
  for (const auto& removal : removals) {
    const int error = netlink_.ask(removal);
    if (error != 0 && error != ENOENT) return problem("forgetting a neighbour", error);
  }
  write_file("/proc/sys/net/ipv6/route/flush", "1");  // may not be there
  return write_file("/proc/sys/net/ipv4/route/flush", "1") ? Problem() : problem("flushing routes");
}

}  // namespace refrag::agent
