// SPDX-License-Identifier: GPL-2.0-or-later
// Headers written and read again, against bytes worked out by hand, and against hostile ones.
#include <random>

#include "framework/base/catch.hpp"
#include "framework/packet/arp.hpp"
#include "framework/packet/checksum.hpp"
#include "framework/packet/ethernet.hpp"
#include "framework/packet/icmp.hpp"
#include "framework/packet/ipv4.hpp"

using namespace refrag::packet;

namespace {

constexpr Mac mac_a = {{2, 0, 0, 0, 0, 0xa}};
constexpr Mac mac_b = {{2, 0, 0, 0, 0, 0xb}};

// A tagged echo request of four bytes.
Bytes sample_frame() {
  Bytes frame;
  const Bytes data = {1, 2, 3, 4};
  const auto message = echo_message({EchoKind::request, 0x1234, 7, data});
  append_ethernet(frame, {mac_b, mac_a, 0x2003, ether_type::ipv4});
  append_ipv4(frame, {.from = ipv4(10, 0, 0, 1), .to = ipv4(10, 0, 0, 2), .id = 99},
              message.size());
  append(frame, message);
  return frame;
}

// Everything that reads a frame, one behind the other; the sum keeps it from being left out.
std::size_t read_all(View frame) {
  const auto ethernet = parse_ethernet(frame);
  if (!ethernet) return 0;
  std::size_t sum = ethernet->payload.size();
  if (const auto arp = parse_arp(ethernet->payload)) sum += arp->from.value;
  const auto ip = parse_ipv4(ethernet->payload);
  if (!ip) return sum;
  sum += ip->header.offset;
  if (const auto echo = parse_echo(ip->payload)) sum += echo->payload.size();
  return sum;
}

}  // namespace

TEST_CASE("the checksum is RFC 1071's, at every length and alignment", "[packet]") {
  const Bytes example = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};  // RFC 1071, section 3
  CHECK(checksum(example) == static_cast<std::uint16_t>(~0xddf2));
  const Bytes odd = {0x12, 0x34, 0x56};
  CHECK(checksum(odd) == static_cast<std::uint16_t>(~(0x1234 + 0x5600)));
  CHECK(checksum({}) == 0xffff);

  std::mt19937 random(1);
  Bytes bytes(70);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  for (std::size_t start = 0; start < 4; ++start) {
    for (std::size_t size = 0; size <= 64; ++size) {
      std::uint32_t sum = 0;
      for (std::size_t i = 0; i < size; ++i) sum += bytes[start + i] << (i % 2 ? 0 : 8);
      while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
      REQUIRE(checksum(View(bytes).subspan(start, size)) == static_cast<std::uint16_t>(~sum));
    }
  }
}

TEST_CASE("an IPv4 header has the bytes that RFC 791 gives it", "[packet]") {
  Bytes packet;
  append_ipv4(packet,
              {.from = ipv4(192, 168, 0, 1),
               .to = ipv4(192, 168, 0, 199),
               .protocol = 17,
               .dont_fragment = true},
              95);
  // A well-known example: its checksum is b861.
  CHECK(packet == Bytes{0x45, 0,    0,    0x73, 0, 0, 0x40, 0,    0x40, 0x11,
                        0xb8, 0x61, 0xc0, 0xa8, 0, 1, 0xc0, 0xa8, 0,    0xc7});
}

TEST_CASE("a tagged echo is read as it was written", "[packet]") {
  auto frame = sample_frame();
  pad_ethernet(frame);
  CHECK(frame.size() == least_frame);
  const auto ethernet = parse_ethernet(frame);
  REQUIRE(ethernet);
  CHECK(ethernet->header == EthernetHeader{mac_b, mac_a, 0x2003, ether_type::ipv4});
  CHECK(ethernet->header.vlan_id() == 3);
  const auto ip = parse_ipv4(ethernet->payload);
  REQUIRE(ip);
  CHECK(ip->checksum_ok);
  CHECK(ip->length == 32);
  CHECK(ip->header == Ipv4Header{.from = ipv4(10, 0, 0, 1), .to = ipv4(10, 0, 0, 2), .id = 99});
  const auto echo = parse_echo(ip->payload);
  REQUIRE(echo);
  CHECK(echo->checksum_ok);
  CHECK(echo->ident == 0x1234);
  CHECK(echo->sequence == 7);
  CHECK(std::ranges::equal(echo->payload, Bytes{1, 2, 3, 4}));
}

TEST_CASE("one altered bit is noticed by the checksum that covers it", "[packet]") {
  const auto good = sample_frame();
  const auto ip_at = ethernet_header + 4;
  for (std::size_t at = ip_at; at < good.size(); ++at) {
    auto frame = good;
    frame[at] ^= 0x10;
    const auto ip = parse_ipv4(View(frame).subspan(ip_at));
    if (!ip) continue;  // a version or a length
    const auto echo = parse_echo(ip->payload);
    CHECK((!ip->checksum_ok || !echo || !echo->checksum_ok));
  }
}

TEST_CASE("an ARP message is read as it was written", "[packet]") {
  const Arp arp{ArpKind::reply, mac_a, ipv4(10, 0, 0, 1), mac_b, ipv4(10, 0, 0, 2)};
  Bytes bytes;
  append_arp(bytes, arp);
  CHECK(bytes.size() == 28);
  CHECK(parse_arp(bytes) == arp);
  bytes[7] = 3;  // RARP
  CHECK_FALSE(parse_arp(bytes));
}

TEST_CASE("lengths that contradict each other are refused", "[packet]") {
  const auto frame = sample_frame();
  const Bytes packet(frame.begin() + 18, frame.end());
  const auto with = [&](std::size_t at, std::uint8_t value) {
    auto changed = packet;
    changed[at] = value;
    return parse_ipv4(changed).has_value();
  };
  CHECK(with(0, 0x45));
  CHECK_FALSE(with(0, 0x65));  // version 6
  CHECK_FALSE(with(0, 0x44));  // a header of 16 bytes
  CHECK_FALSE(with(0, 0x4f));  // a header longer than the packet
  CHECK_FALSE(with(3, 19));    // a total length below the header's
  CHECK_FALSE(with(3, 33));    // one byte more than there is
  CHECK(with(3, 31));
}

TEST_CASE("no frame is read beyond its end, cut short anywhere or made of noise", "[packet]") {
  // Each frame has memory of exactly its size, so that a sanitizer sees the first byte too many.
  std::size_t sum = 0;
  const auto good = sample_frame();
  for (std::size_t size = 0; size <= good.size(); ++size) {
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    sum += read_all(cut);
  }
  std::mt19937 random(2);
  for (int i = 0; i < 20000; ++i) {
    Bytes frame(random() % 80);
    for (auto& byte : frame) byte = static_cast<std::uint8_t>(random());
    if (i % 2 && frame.size() > 20) std::copy_n(good.begin() + 12, 8, frame.begin() + 12);
    sum += read_all(frame);
  }
  CHECK(sum > 0);
}
