// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_frames.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/packet/neighbour.hpp"
#include "framework/packet/reassembly.hpp"

using namespace refrag;
using namespace refrag::testbed;
using packet::Family;

namespace {

const auto from = packet::ipv4(11, 11, 4, 1), to = packet::ipv4(11, 11, 4, 2);
constexpr packet::Mac one = {{2, 0, 0, 0, 0, 1}}, other = {{2, 0, 0, 0, 0, 2}};

const std::vector<Dialect> dialects = {
    {Family::ipv4, false}, {Family::ipv4, true}, {Family::ipv6, false}, {Family::ipv6, true}};

std::vector<packet::Bytes> send(const packet::Echo& echo, const Dialect& dialect,
                                const std::string& tag, int mtu) {
  const auto message = message_of(echo, from, to, dialect);
  const packet::Ipv4Header header{
      .from = from,
      .to = to,
      .protocol = dialect.udp ? packet::udp_protocol : packet::icmp_protocol,
      .id = 99};
  const auto wrapping = wrapping_of(tag);
  const auto type =
      dialect.family == Family::ipv4 ? packet::ether_type::ipv4 : packet::ether_type::ipv6;
  const packet::Link link{other, one, wrapping.tags, wrapping.session, type};
  return frames_of(link, header, message, mtu - wrapping.room(), dialect.family);
}

std::optional<packet::Datagram> receive(const std::vector<packet::Bytes>& frames, Family family) {
  packet::Reassembler reassembler;
  for (const auto& frame : frames) {
    const auto link = packet::parse_link(frame);
    const auto packet = link ? packet_in(link->payload, family) : std::nullopt;
    if (!packet || !packet->checksum_ok) return std::nullopt;
    if (auto whole = reassembler.add(*packet, {})) return whole;
  }
  return std::nullopt;
}

}  // namespace

TEST_CASE("an echo comes out as it went in, in every dialect, behind every tag", "[wire]") {
  for (const auto& dialect : dialects) {
    for (const auto* tag : {"none", "vlan3", "ad3", "prio", "qinq", "pppoe"}) {
      for (const std::size_t size : {0, 1, 1432, 1452, 1473, 8000, 65507}) {
        for (const auto kind : {packet::EchoKind::request, packet::EchoKind::reply}) {
          const packet::Bytes payload(size, 0x5a);
          const auto frames = send({kind, 0xff07, 1234, payload}, dialect, tag, 1500);
          const auto datagram = receive(frames, dialect.family);
          REQUIRE(datagram);
          CHECK(datagram->fragments == static_cast<int>(frames.size()));
          const auto echo = echo_in(datagram->payload, datagram->header, dialect);
          REQUIRE(echo);
          CHECK(echo->kind == kind);
          CHECK(echo->ident == 0xff07);
          CHECK(echo->sequence == 1234);
          CHECK(echo->payload.size() == size);
          CHECK(echo->checksum_ok);
          for (const auto& frame : frames) {
            const auto link = packet::parse_link(frame);
            CHECK(is_same_network(link->link, wrapping_of(tag)));
            const auto room =
                frame.size() - packet::ethernet_header - 4 * wrapping_of(tag).tags.size();
            CHECK(room <= 1500);
          }
        }
      }
    }
  }
}

TEST_CASE("what is altered has a wrong checksum", "[wire]") {
  for (const auto& dialect : dialects) {
    const packet::Bytes payload(100, 0x5a);
    auto message = message_of({packet::EchoKind::request, 0xff07, 5, payload}, from, to, dialect);
    message.back() ^= 1;
    const packet::Ipv4Header header{
        .from = from,
        .to = to,
        .protocol = dialect.udp ? packet::udp_protocol : packet::icmp_protocol};
    const auto echo = echo_in(message, header, dialect);
    REQUIRE(echo);
    CHECK_FALSE(echo->checksum_ok);
  }
}

TEST_CASE("an IPv4 address is in its IPv6 address, and no other address is taken for one",
          "[wire]") {
  CHECK(packet::to_text(to_ipv6(from)) == "fd72:6566::b0b:401");
  CHECK(to_ipv4(to_ipv6(from)) == from);
  CHECK_FALSE(to_ipv4(packet::Ipv6Address{{0xfe, 0x80}}));
}

TEST_CASE("a priority makes no network, a tag of another kind does", "[wire]") {
  packet::Link link{.tags = wrapping_of("prio").tags};
  CHECK(is_same_network(link, wrapping_of("none")));
  link.tags = wrapping_of("vlan3").tags;
  CHECK(is_same_network(link, wrapping_of("vlan3")));
  CHECK_FALSE(is_same_network(link, wrapping_of("none")));
  CHECK_FALSE(is_same_network(link, wrapping_of("ad3")));
  CHECK_FALSE(is_same_network(link, wrapping_of("vlan4")));
}

TEST_CASE("neighbours are asked for and answer, and what was forged is not believed", "[wire]") {
  const packet::Ipv6Header header{.from = to_ipv6(from),
                                  .to = packet::solicited_node(to_ipv6(to)),
                                  .hop_limit = packet::neighbour_hop_limit};
  const packet::Neighbour asked{packet::NeighbourKind::solicitation, to_ipv6(to), one};
  auto message = packet::neighbour_message(header, asked);
  CHECK(packet::parse_neighbour(header, message) == asked);
  CHECK(packet::to_text(header.to) == "ff02::1:ff0b:402");
  CHECK(packet::to_text(packet::group_mac(header.to)) == "33:33:ff:0b:04:02");
  auto routed = header;
  routed.hop_limit = 64;
  CHECK_FALSE(packet::parse_neighbour(routed, message));
  message.back() ^= 1;
  CHECK_FALSE(packet::parse_neighbour(header, message));
  CHECK_FALSE(packet::parse_neighbour(header, packet::View(message).first(10)));
}
