// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_endpoint.hpp"

#include <random>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"

namespace refrag::testbed {

using namespace packet;

namespace {

// A tag of VLAN 0 gives a frame a priority and no VLAN (802.1Q).
std::optional<int> vlan_of(const EthernetHeader& header) {
  const auto id = header.vlan_id();
  return id == 0 ? std::nullopt : id;
}

std::size_t longest(const WireInterface& interface) {
  return ethernet_header + static_cast<std::size_t>(interface.mtu);
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
  const auto frame = parse_ethernet(bytes);
  if (!frame) {
    ++notes_.malformed;
    return;
  }
  if (!is_ours(*frame)) return;
  const auto tag = frame->header.tag ? std::size_t{vlan_tag} : 0;
  if (bytes.size() > longest(interface_) + tag) ++notes_.too_long;
  if (frame->header.type == ether_type::arp) take_arp(frame->payload);
  if (frame->header.type == ether_type::ipv4) take_ip(*frame, now);
}

bool WireEndpoint::is_ours(const EthernetFrame& frame) {
  const auto& to = frame.header.to;
  if (to != mac_ && !to.is_group()) {
    ++notes_.foreign;
    return false;
  }
  if (vlan_of(frame.header) == interface_.vlan) return true;
  if (to == mac_ && frame.header.type == ether_type::ipv4) ++notes_.other_vlan;
  return false;
}

void WireEndpoint::take_arp(View message) {
  const auto arp = parse_arp(message);
  if (!arp || arp->to != interface_.address) return;
  neighbours_[arp->from] = arp->from_mac;
  if (arp->kind != ArpKind::request) return;
  send_arp(arp->from_mac, {ArpKind::reply, mac_, interface_.address, arp->from_mac, arp->from});
}

void WireEndpoint::take_ip(const EthernetFrame& frame, Time now) {
  const auto packet = parse_ipv4(frame.payload);
  if (!packet || !packet->checksum_ok) {
    ++notes_.malformed;
    return;
  }
  if (packet->header.to != interface_.address || packet->header.protocol != icmp_protocol) return;
  const auto overlapping = reassembler_.notes().overlapping;
  const auto datagram = reassembler_.add(*packet, now);
  notes_.overlapping += reassembler_.notes().overlapping - overlapping;
  if (datagram) take_datagram(*datagram, frame.header.from, now);
}

void WireEndpoint::take_datagram(const Datagram& datagram, const Mac& from, Time now) {
  const auto echo = parse_echo(datagram.payload);
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
  send_arp(broadcast, {ArpKind::request, mac_, interface_.address, {}, address});
}

std::optional<Mac> WireEndpoint::neighbour(Ipv4Address address) const {
  const auto known = neighbours_.find(address);
  return known == neighbours_.end() ? std::nullopt : std::optional(known->second);
}

bool WireEndpoint::send_echo(Ipv4Address to, const Echo& echo, bool dont_fragment) {
  const auto message = echo_message(echo);
  const auto pieces = fragment(
      {.from = interface_.address, .to = to, .id = next_id_++, .dont_fragment = dont_fragment},
      message, interface_.mtu);
  if (dont_fragment && pieces.size() > 1) return false;
  send_datagram(neighbours_.at(to), pieces);
  return true;
}

void WireEndpoint::send_datagram(const Mac& to, const std::vector<Fragment>& pieces) {
  Bytes frame;
  for (const auto& piece : pieces) {
    frame.clear();
    append_ethernet(frame, header_to(to, ether_type::ipv4));
    append_ipv4(frame, piece.header, piece.payload.size());
    append(frame, piece.payload);
    send(frame);
  }
}

void WireEndpoint::send_arp(const Mac& to, const Arp& arp) {
  Bytes frame;
  append_ethernet(frame, header_to(to, ether_type::arp));
  append_arp(frame, arp);
  send(frame);
}

EthernetHeader WireEndpoint::header_to(const Mac& to, std::uint16_t type) const {
  EthernetHeader header{to, mac_, std::nullopt, type};
  if (interface_.vlan) header.tag = static_cast<std::uint16_t>(*interface_.vlan);
  return header;
}

void WireEndpoint::send(Bytes& frame) {
  pad_ethernet(frame);
  if (!send_(frame)) ++notes_.unsent;
}

}  // namespace refrag::testbed
