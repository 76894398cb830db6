// SPDX-License-Identifier: GPL-2.0-or-later
// A small IP host behind one card of the machine: answers ARP, neighbour solicitations and echo
// requests, fragments what it sends, reassembles what it gets, and notes what a host would throw
// away without a word.
//
// Knows neither sockets nor clocks: frames come in by take() and leave by the function it was made
// with. It has one interface at a time: one family, plain or behind tags; frames of another VLAN
// are not its own. IPv6 it has by its IPv4 address (wire_frames.hpp).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "framework/packet/arp.hpp"
#include "framework/packet/neighbour.hpp"
#include "framework/packet/reassembly.hpp"
#include "framework/testbed/wire_frames.hpp"

namespace refrag::testbed {

struct WireInterface {
  packet::Ipv4Address address = {};
  Wrapping wrapping = {};
  int mtu = 1500;  // bytes of IP
  Dialect dialect = {};
  bool operator==(const WireInterface&) const = default;
};

// Frames that were not what this endpoint waits for, by number.
struct WireNotes {
  int malformed = 0;    // no Ethernet, no IP, an IP header whose checksum is wrong
  int too_long = 0;     // longer than the MTU allows; taken all the same
  int other_vlan = 0;   // IP to our MAC, with another tag or without ours
  int foreign = 0;      // to somebody else
  int unsent = 0;       // dropped by us: the machine does not read its card
  int overlapping = 0;  // datagrams whose fragments contradict each other
  bool operator==(const WireNotes&) const = default;
};

// One line for each that is not 0, in words.
std::vector<std::string> texts(const WireNotes& notes);

class WireEndpoint {
 public:
  using Time = packet::Reassembler::Time;
  using Send = std::function<bool(packet::View frame)>;  // false: it did not go

  // An echo that reached us whole.
  struct Arrival {
    const packet::Echo& echo;
    const packet::Datagram& datagram;
    Time at;
  };
  using Listener = std::function<void(const Arrival&)>;

  WireEndpoint(packet::Mac mac, Send send);

  // Another interface is a new host: neighbours and unfinished datagrams are forgotten.
  void configure(const WireInterface& interface);
  const WireInterface& interface() const noexcept { return interface_; }
  const packet::Mac& mac() const noexcept { return mac_; }

  // Called for every echo to us, requests before they are answered.
  void listen(Listener listener) { listener_ = std::move(listener); }

  void take(packet::View frame, Time now);

  void ask_for(packet::Ipv4Address address);
  // Where nobody can be asked, as in a PPPoE session.
  void know(packet::Ipv4Address address, packet::Mac mac) { neighbours_[address] = mac; }
  std::optional<packet::Mac> neighbour(packet::Ipv4Address address) const;

  // The neighbour has to be known. False: it does not fit and must not be fragmented.
  bool send_echo(packet::Ipv4Address to, const packet::Echo& echo, bool dont_fragment);

  const WireNotes& notes() const noexcept { return notes_; }
  WireNotes take_notes() { return std::exchange(notes_, {}); }  // and forgets them

 private:
  bool is_ours(const packet::Link& link);
  std::uint16_t ip_type() const;
  void take_arp(packet::View message);
  bool take_neighbour(packet::View packet);
  void take_ip(const packet::LinkFrame& frame, Time now);
  void take_datagram(const packet::Datagram& datagram, const packet::Mac& from, Time now);
  void send_arp(const packet::Mac& to, const packet::Arp& arp);
  void send_neighbour(const packet::Mac& to, const packet::Ipv6Address& address,
                      packet::NeighbourKind kind, const packet::Ipv6Address& target);
  packet::Link link_to(const packet::Mac& to, std::uint16_t type) const;
  void send(packet::Bytes& frame);

  packet::Mac mac_;
  Send send_;
  WireInterface interface_;
  Listener listener_;
  std::map<packet::Ipv4Address, packet::Mac> neighbours_;
  packet::Reassembler reassembler_;
  std::uint16_t next_id_;
  WireNotes notes_;
};

}  // namespace refrag::testbed
