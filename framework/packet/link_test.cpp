// SPDX-License-Identifier: GPL-2.0-or-later
// Tags, PPPoE and IPv6, written and read again, against bytes worked out by hand.
#include "framework/packet/link.hpp"

#include <random>

#include "framework/base/catch.hpp"
#include "framework/packet/compose.hpp"

using namespace refrag::packet;

namespace {

constexpr Mac mac_a = {{2, 0, 0, 0, 0, 0xa}}, mac_b = {{2, 0, 0, 0, 0, 0xb}};
const Ipv6Address one = {{0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}};

}  // namespace

TEST_CASE("tags are read from the outside in, and have words", "[packet]") {
  const Link link{.to = mac_b,
                  .from = mac_a,
                  .tags = {{ether_type::service_vlan, 0x6007}, {ether_type::vlan, 0x1003}}};
  Bytes frame;
  append_link(frame, link, 0);
  CHECK(Bytes(frame.begin() + 12, frame.end()) ==
        Bytes{0x88, 0xa8, 0x60, 7, 0x81, 0, 0x10, 3, 8, 0});
  const auto parsed = parse_link(frame);
  REQUIRE(parsed);
  CHECK(parsed->link == link);
  CHECK(parsed->payload.empty());
  CHECK(link.overhead() == 8);
  CHECK(tags_text(link) == "802.1ad 7 priority 3 vlan 3 DEI");
  CHECK(tags_text({}) == "untagged");
  CHECK(to_text(mac_a) == "02:00:00:00:00:0a");
}

TEST_CASE("a PPPoE session carries IP behind eight bytes, and says how much of it", "[packet]") {
  const Link link{.session = 17, .type = ether_type::ipv6};
  Bytes frame;
  append_link(frame, link, 1000);
  CHECK(Bytes(frame.begin() + 12, frame.end()) ==
        Bytes{0x88, 0x64, 0x11, 0, 0, 17, 3, 0xea, 0, 0x57});
  auto parsed = parse_link(frame);
  REQUIRE(parsed);
  CHECK(parsed->link == link);
  CHECK(parsed->pppoe == 1000);
  frame[20] = 0xc0;  // LCP
  parsed = parse_link(frame);
  CHECK(parsed->link.type == ether_type::pppoe_session);
  CHECK_FALSE(parsed->link.session);
  CHECK(parsed->payload.size() == 8);
}

TEST_CASE("an IPv6 fragment has the bytes that RFC 8200 gives it", "[packet]") {
  Bytes packet;
  append_ipv6(packet,
              {.from = one,
               .to = one,
               .service = 2,
               .flow = 0x12345,
               .protocol = 17,
               .fragment = Ipv6Fragment{0xaabbccdd, 1448, true}},
              16);
  CHECK(Bytes(packet.begin(), packet.begin() + 8) == Bytes{0x60, 0x21, 0x23, 0x45, 0, 24, 44, 64});
  CHECK(Bytes(packet.begin() + 40, packet.end()) ==
        Bytes{17, 0, 0x05, 0xa9, 0xaa, 0xbb, 0xcc, 0xdd});
  packet.resize(packet.size() + 16);
  const auto parsed = parse_ipv6(packet);
  REQUIRE(parsed);
  CHECK(parsed->header.fragment == Ipv6Fragment{0xaabbccdd, 1448, true});
  CHECK(parsed->header.protocol == 17);
  CHECK(parsed->payload.size() == 16);
  CHECK(parsed->length == 64);
  CHECK(to_text(one) == "fd00::1");
}

TEST_CASE("extension headers before the fragment header are stepped over", "[packet]") {
  Bytes packet;
  append_ipv6(packet, {.from = one, .to = one, .protocol = 0}, 8 + 8 + 8);
  append(packet, Bytes{44, 0, 1, 4, 0, 0, 0, 0});  // hop-by-hop, padded
  append(packet, Bytes{17, 0, 0, 9, 1, 2, 3, 4});  // fragment at 8, more to come
  append(packet, Bytes{1, 2, 3, 4, 5, 6, 7, 8});
  const auto parsed = parse_ipv6(packet);
  REQUIRE(parsed);
  CHECK(parsed->extensions.size() == 8);
  CHECK(parsed->header.protocol == 17);
  CHECK(parsed->header.fragment == Ipv6Fragment{0x01020304, 8, true});
  CHECK(parsed->payload[0] == 1);
}

TEST_CASE("composed frames are what a sender's stack would send", "[packet]") {
  Composition datagram;
  datagram.link = {.to = mac_b, .from = mac_a};
  datagram.payload.resize(1485);
  CHECK(cuts_for(datagram, 1500) == std::vector<std::size_t>{1480});
  const auto frames = compose(datagram, cuts_for(datagram, 1500));
  REQUIRE(frames.size() == 2);
  CHECK(frames[0].size() == 1514);
  CHECK(frames[1].size() == least_frame);
  const auto last = parse_ipv4(parse_link(frames[1])->payload);
  REQUIRE(last);
  CHECK(last->checksum_ok);
  CHECK(last->header.offset == 1480);
  CHECK(last->payload.size() == 5);
  datagram.family = Family::ipv6;
  CHECK(cuts_for(datagram, 1500) == std::vector<std::size_t>{1448});
}

TEST_CASE("no frame is read beyond its end, whatever is around its packet", "[packet]") {
  std::mt19937 random(2);
  const Bytes heads[] = {{0x81, 0}, {0x88, 0xa8}, {0x88, 0x64, 0x11, 0}, {0x86, 0xdd, 0x60}};
  std::size_t sum = 0;
  for (int i = 0; i < 20000; ++i) {
    Bytes frame(random() % 90);
    for (auto& byte : frame) byte = static_cast<std::uint8_t>(random());
    const auto& head = heads[i % 4];
    if (frame.size() > 20) std::copy(head.begin(), head.end(), frame.begin() + 12);
    if (frame.size() > 60 && i % 8 == 3) frame[14 + 4] = 0, frame[14 + 5] = 24, frame[14 + 6] = 44;
    const Bytes exact(frame);  // memory of exactly its size, for the sanitizers
    const auto parsed = parse_link(exact);
    if (!parsed) continue;
    sum += parsed->payload.size();
    if (const auto ip = parse_ipv6(parsed->payload)) sum += ip->payload.size();
  }
  CHECK(sum > 0);
}

TEST_CASE("a card's address is read as it is written, and nothing else is one", "[packet]") {
  const Mac mac = {{2, 0x72, 0x66, 0, 0, 0xfe}};
  CHECK(to_mac(to_text(mac)) == mac);
  for (const auto* text : {"", "02:72:66:00:00:f", "02:72:66:00:00:fee", "02:72:66:00:00-fe",
                           "02:72:66:00:00:fg", "02:72:66:00:0:0fe", "+2:72:66:00:00:fe"}) {
    CHECK_FALSE(to_mac(text));
  }
}
