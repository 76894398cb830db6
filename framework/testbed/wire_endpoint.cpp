// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_endpoint.hpp"

#include <random>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"

namespace refrag::testbed {

using namespace packet;

namespace {

std::size_t longest(const WireInterface& interface) {
  return ethernet_header + static_cast<std::size_t>(interface.mtu);
}

// As Linux's own PPPoE takes a frame: what is behind the length that its header says is cut off.
bool is_as_announced(LinkFrame& frame) {
  if (!frame.pppoe) return true;
  if (*frame.pppoe > frame.payload.size()) return false;
  frame.payload = frame.payload.first(*frame.pppoe);
  return true;
}

}  // namespace

std::vector<std::string> texts(const WireNotes& notes) {
  std::vector<std::string> lines;
  const auto add = [&](int count, const char* what) {
    if (count > 0) lines.push_back(fmt::format("{} {}", count, what));
  };
  add(notes.malformed, "frames that are no Ethernet or have a broken IP header");
  add(notes.too_long, "frames longer than the MTU allows");
  add(notes.other_vlan, "frames with another VLAN tag than ours, or without it");
  add(notes.foreign, "frames to somebody else");
  add(notes.unsent, "frames not sent, because the machine does not read its card");
  add(notes.overlapping, "datagrams whose fragments contradict each other");
  return lines;
}

// Fragments of ours that an earlier process left in the machine must not meet new ones.
WireEndpoint::WireEndpoint(Mac mac, Send send)
    : mac_(mac),
      send_(std::move(send)),
      next_id_(static_cast<std::uint16_t>(std::random_device()())) {}

void WireEndpoint::configure(const WireInterface& interface) {
  if (interface == interface_) return;
  interface_ = interface;
  neighbours_.clear();
  reassembler_ = Reassembler();
}

void WireEndpoint::take(View bytes, Time now) {
  auto frame = parse_link(bytes);
  if (!frame || !is_as_announced(*frame)) {
    ++notes_.malformed;
    return;
  }
  if (!is_ours(frame->link)) return;
  if (bytes.size() > longest(interface_) + frame->link.overhead()) ++notes_.too_long;
  if (frame->link.type == ether_type::arp) take_arp(frame->payload);
  if (frame->link.type == ip_type()) take_ip(*frame, now);
}

std::uint16_t WireEndpoint::ip_type() const {
  return interface_.dialect.family == Family::ipv4 ? ether_type::ipv4 : ether_type::ipv6;
}

bool WireEndpoint::is_ours(const Link& link) {
  if (link.to != mac_ && !link.to.is_group()) {
    ++notes_.foreign;
    return false;
  }
  if (is_same_network(link, interface_.wrapping)) return true;
  if (link.to == mac_ && link.type == ip_type()) ++notes_.other_vlan;
  return false;
}

void WireEndpoint::take_arp(View message) {
  const auto arp = parse_arp(message);
  if (!arp || arp->to != interface_.address) return;
  neighbours_[arp->from] = arp->from_mac;
  if (arp->kind != ArpKind::request) return;
  send_arp(arp->from_mac, {ArpKind::reply, mac_, interface_.address, arp->from_mac, arp->from});
}

bool WireEndpoint::take_neighbour(View bytes) {
  const auto packet = parse_ipv6(bytes);
  const auto neighbour = packet ? parse_neighbour(packet->header, packet->payload) : std::nullopt;
  if (!neighbour) return false;
  const auto from = to_ipv4(packet->header.from);
  if (from) neighbours_[*from] = neighbour->mac;
  const auto ours = to_ipv6(interface_.address);
  if (neighbour->kind == NeighbourKind::solicitation && neighbour->target == ours) {
    send_neighbour(neighbour->mac, packet->header.from, NeighbourKind::advertisement, ours);
  }
  return true;
}

void WireEndpoint::take_ip(const LinkFrame& frame, Time now) {
  const auto family = interface_.dialect.family;
  if (family == Family::ipv6 && take_neighbour(frame.payload)) return;
  const auto packet = packet_in(frame.payload, family);
  // A kernel's own IPv6 (routers asked for, groups joined) is none of ours, and no fault either.
  if (!packet && family == Family::ipv6 && parse_ipv6(frame.payload)) return;
  if (!packet || !packet->checksum_ok) {
    ++notes_.malformed;
    return;
  }
  if (packet->header.to != interface_.address) return;
  const auto overlapping = reassembler_.notes().overlapping;
  const auto datagram = reassembler_.add(*packet, now);
  notes_.overlapping += reassembler_.notes().overlapping - overlapping;
  if (datagram) take_datagram(*datagram, frame.link.from, now);
}

void WireEndpoint::take_datagram(const Datagram& datagram, const Mac& from, Time now) {
  const auto echo = echo_in(datagram.payload, datagram.header, interface_.dialect);
  if (!echo) return;
  if (listener_) listener_({*echo, datagram, now});
  if (echo->kind != EchoKind::request) return;
  // Also when it was altered: what comes back then tells the other side the same.
  neighbours_.try_emplace(datagram.header.from, from);
  auto reply = *echo;
  reply.kind = EchoKind::reply;
  send_echo(datagram.header.from, reply, false);
}

void WireEndpoint::ask_for(Ipv4Address address) {
  if (interface_.dialect.family == Family::ipv4) {
    return send_arp(broadcast, {ArpKind::request, mac_, interface_.address, {}, address});
  }
  const auto target = to_ipv6(address);
  const auto group = solicited_node(target);
  send_neighbour(group_mac(group), group, NeighbourKind::solicitation, target);
}

std::optional<Mac> WireEndpoint::neighbour(Ipv4Address address) const {
  const auto known = neighbours_.find(address);
  return known == neighbours_.end() ? std::nullopt : std::optional(known->second);
}

bool WireEndpoint::send_echo(Ipv4Address to, const Echo& echo, bool dont_fragment) {
  const auto& [address, wrapping, mtu, dialect] = interface_;
  const auto message = message_of(echo, address, to, dialect);
  const Ipv4Header header{.from = address,
                          .to = to,
                          .protocol = dialect.udp ? udp_protocol : icmp_protocol,
                          .id = next_id_++,
                          .dont_fragment = dont_fragment};
  auto frames =
      frames_of(link_to(neighbours_.at(to), ip_type()), header, message, mtu, dialect.family);
  if (dont_fragment && frames.size() > 1) return false;
  for (auto& frame : frames) send(frame);
  return true;
}

void WireEndpoint::send_arp(const Mac& to, const Arp& arp) {
  Bytes frame;
  append_link(frame, link_to(to, ether_type::arp), 0);
  append_arp(frame, arp);
  pad_ethernet(frame);
  send(frame);
}

void WireEndpoint::send_neighbour(const Mac& to, const Ipv6Address& address, NeighbourKind kind,
                                  const Ipv6Address& target) {
  const Ipv6Header header{
      .from = to_ipv6(interface_.address), .to = address, .hop_limit = neighbour_hop_limit};
  const auto message = neighbour_message(header, {kind, target, mac_});
  Bytes frame;
  append_link(frame, link_to(to, ether_type::ipv6), ipv6_header + message.size());
  append_ipv6(frame, header, message.size());
  append(frame, message);
  send(frame);
}

Link WireEndpoint::link_to(const Mac& to, std::uint16_t type) const {
  return {to, mac_, interface_.wrapping.tags, interface_.wrapping.session, type};
}

void WireEndpoint::send(Bytes& frame) {
  if (!send_(frame)) ++notes_.unsent;
}

}  // namespace refrag::testbed
