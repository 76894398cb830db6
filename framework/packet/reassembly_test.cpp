// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/reassembly.hpp"

#include <algorithm>
#include <memory>
#include <random>

#include "framework/base/catch.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/packet/fragment.hpp"

using namespace refrag::packet;
using std::chrono::seconds;

namespace {

const Reassembler::Time start{};

Bytes noise(std::size_t size, unsigned seed = 1) {
  std::mt19937 random(seed);
  Bytes bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random());
  return bytes;
}

Ipv4Header header(std::uint16_t id = 1) {
  return {.from = ipv4(10, 0, 0, 1), .to = ipv4(10, 0, 0, 2), .id = id};
}

Ipv4Packet packet(const Fragment& piece) {
  return {piece.header, piece.payload, ipv4_header + piece.payload.size(), true};
}

// A fragment by hand.
Ipv4Packet part(std::size_t offset, View payload, bool more, std::uint16_t id = 1) {
  auto h = header(id);
  h.offset = offset;
  h.more_fragments = more;
  return {h, payload, ipv4_header + payload.size(), true};
}

}  // namespace

TEST_CASE("fragments have the lengths of the arithmetic", "[packet]") {
  for (const int mtu : {68, 576, 1000, 1499, 1500, 9000}) {
    for (const int size : {0, 8, 40, 41, 48, 1472, 1473, 1477, 2952, 2953, 65507}) {
      const auto bytes = noise(static_cast<std::size_t>(size + icmp_echo_header));
      std::vector<int> lengths;
      for (const auto& piece : fragment(header(), bytes, mtu)) {
        lengths.push_back(ipv4_header + static_cast<int>(piece.payload.size()));
      }
      REQUIRE(lengths == fragment_lengths(size, mtu));
    }
  }
}

TEST_CASE("fragments make their datagram again, in any order", "[packet]") {
  std::mt19937 random(3);
  Reassembler reassembler;
  for (int round = 0; round < 200; ++round) {
    const auto bytes = noise(1 + random() % 65515, random());
    auto pieces = fragment(header(static_cast<std::uint16_t>(round)), bytes, 1500);
    std::shuffle(pieces.begin(), pieces.end(), random);
    for (std::size_t i = 0; i + 1 < pieces.size(); ++i) {
      REQUIRE_FALSE(reassembler.add(packet(pieces[i]), start));
    }
    const auto whole = reassembler.add(packet(pieces.back()), start);
    REQUIRE(whole);
    REQUIRE(whole->payload == bytes);
    REQUIRE(whole->fragments == static_cast<int>(pieces.size()));
    REQUIRE_FALSE(whole->header.is_fragment());
  }
  CHECK(reassembler.bytes_held() == 0);
  CHECK(reassembler.unfinished() == 0);
  CHECK(reassembler.notes() == Reassembler::Notes{});
}

TEST_CASE("datagrams that arrive mixed are kept apart", "[packet]") {
  const auto one = noise(3000, 1), two = noise(3000, 2);
  const auto ones = fragment(header(1), one, 1500), twos = fragment(header(2), two, 1500);
  Reassembler reassembler;
  CHECK_FALSE(reassembler.add(packet(ones[0]), start));
  CHECK_FALSE(reassembler.add(packet(twos[0]), start));
  CHECK_FALSE(reassembler.add(packet(ones[1]), start));
  CHECK_FALSE(reassembler.add(packet(twos[1]), start));
  CHECK(reassembler.add(packet(twos[2]), start)->payload == two);
  CHECK(reassembler.add(packet(ones[2]), start)->payload == one);
}

TEST_CASE("a repeated fragment is counted and does no harm", "[packet]") {
  const auto bytes = noise(2000);
  const auto pieces = fragment(header(), bytes, 1500);
  Reassembler reassembler;
  CHECK_FALSE(reassembler.add(packet(pieces[0]), start));
  CHECK_FALSE(reassembler.add(packet(pieces[0]), start));
  const auto whole = reassembler.add(packet(pieces[1]), start);
  REQUIRE(whole);
  CHECK(whole->payload == bytes);
  CHECK(whole->repeated == 1);
  CHECK(whole->fragments == 2);
  CHECK(whole->longest == 1500);
}

TEST_CASE("an overlap that says something else condemns its datagram", "[packet]") {
  const auto bytes = noise(64);
  const View view = bytes;
  Reassembler reassembler;
  CHECK_FALSE(reassembler.add(part(0, view.first(32), true), start));
  SECTION("other bytes in the same place") {
    CHECK_FALSE(reassembler.add(part(0, view.last(32), true), start));
  }
  SECTION("half of it new") { CHECK_FALSE(reassembler.add(part(16, view.last(32), true), start)); }
  CHECK(reassembler.notes().overlapping == 1);
  CHECK(reassembler.bytes_held() == 0);
}

TEST_CASE("fragments that cannot be are refused", "[packet]") {
  const auto bytes = noise(64);
  const View view = bytes;
  Reassembler reassembler;
  CHECK_FALSE(reassembler.add(part(0, {}, true), start));
  CHECK_FALSE(reassembler.add(part(0, view.first(9), true), start));
  CHECK_FALSE(reassembler.add(part(65512, view.first(8), false), start));
  CHECK(reassembler.notes().malformed == 3);
  SECTION("two ends") {
    CHECK_FALSE(reassembler.add(part(16, view.first(8), false), start));
    CHECK_FALSE(reassembler.add(part(32, view.first(8), false), start));
  }
  SECTION("an end before what is there") {
    CHECK_FALSE(reassembler.add(part(32, view.first(8), true), start));
    CHECK_FALSE(reassembler.add(part(16, view.first(8), false), start));
  }
  SECTION("beyond the end") {
    CHECK_FALSE(reassembler.add(part(16, view.first(8), false), start));
    CHECK_FALSE(reassembler.add(part(24, view.first(8), true), start));
  }
  CHECK(reassembler.notes().malformed == 4);
  CHECK(reassembler.unfinished() == 0);
}

TEST_CASE("a flood of unfinished datagrams stays within its bounds", "[packet]") {
  const auto bytes = noise(1480);
  Reassembler reassembler({.bytes = 1 << 20, .datagrams = 64});
  for (int id = 0; id < 5000; ++id) {
    const auto offset = static_cast<std::size_t>(id % 40) * 1480;
    reassembler.add(part(offset, bytes, true, static_cast<std::uint16_t>(id)), start);
    REQUIRE(reassembler.bytes_held() <= (1 << 20));
    REQUIRE(reassembler.unfinished() <= 64);
  }
  CHECK(reassembler.notes().evicted > 4900);
  // And it still works.
  const auto pieces = fragment(header(60000), bytes, 576);
  for (std::size_t i = 0; i + 1 < pieces.size(); ++i) reassembler.add(packet(pieces[i]), start);
  CHECK(reassembler.add(packet(pieces.back()), start)->payload == bytes);
}

TEST_CASE("what never becomes whole goes after its time", "[packet]") {
  const auto bytes = noise(2000);
  const auto pieces = fragment(header(), bytes, 1500);
  Reassembler reassembler;
  CHECK_FALSE(reassembler.add(packet(pieces[0]), start));
  CHECK_FALSE(reassembler.add(packet(pieces[1]), start + seconds(31)));
  CHECK(reassembler.notes().expired == 1);
  CHECK(reassembler.unfinished() == 1);
}

TEST_CASE("random fragments never break the reassembler", "[packet]") {
  std::mt19937 random(4);
  const auto bytes = noise(4096);
  Reassembler reassembler({.bytes = 256 << 10, .datagrams = 16});
  for (int i = 0; i < 50000; ++i) {
    const auto size = random() % (i % 7 ? 64 : 1480);
    const auto offset = (random() % (i % 3 ? 16 : 8192)) * 8;
    const auto id = static_cast<std::uint16_t>(random() % 8);
    const auto whole = reassembler.add(
        part(offset, View(bytes).subspan(random() % 2048, size), random() % 4 != 0, id), start);
    if (whole) REQUIRE(whole->payload.size() <= 65515);
    REQUIRE(reassembler.bytes_held() <= (256 << 10) + 65515);
  }
}
