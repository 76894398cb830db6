// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/pcapng.hpp"

#include <random>

#include "framework/base/catch.hpp"

using namespace refrag::packet;
using namespace std::chrono_literals;

namespace {

const Bytes one = {1, 2, 3, 4, 5}, two = {6, 7, 8, 9, 10, 11, 12, 13}, none = {};

std::vector<Tap> sample() {
  return {{"card a", {{1000ns, Way::into_bridge, one}, {3001ns, Way::out_of_bridge, two}}, 0},
          {"card b", {{2000ns, Way::out_of_bridge, two}, {2500ns, Way::out_of_bridge, none}}, 0}};
}

}  // namespace

TEST_CASE("a capture is read as it was written, by tap, way and nanosecond", "[packet]") {
  const auto file = to_pcapng(sample(), 1'700'000'000s, "what it is about");
  CHECK(file.size() % 4 == 0);
  const auto taps = from_pcapng(file);
  REQUIRE(taps);
  REQUIRE(taps->size() == 2);
  CHECK((*taps)[0].name == "card a");
  CHECK((*taps)[1].name == "card b");
  REQUIRE((*taps)[0].frames.size() == 2);
  REQUIRE((*taps)[1].frames.size() == 2);
  CHECK((*taps)[0].frames[1].at == 1'700'000'000s + 3001ns);
  CHECK((*taps)[0].frames[0].way == Way::into_bridge);
  CHECK((*taps)[0].frames[1].way == Way::out_of_bridge);
  CHECK(std::ranges::equal((*taps)[1].frames[0].bytes, two));
  CHECK((*taps)[1].frames[1].bytes.empty());
}

TEST_CASE("a section header has the bytes that the format wants", "[packet]") {
  const auto file = to_pcapng({}, 0ns);
  CHECK(file == std::string("\x0a\x0d\x0d\x0a\x1c\0\0\0\x4d\x3c\x2b\x1a\1\0\0\0\xff\xff\xff\xff\xff"
                            "\xff\xff\xff\x1c\0\0\0",
                            28));
  CHECK(from_pcapng(file)->empty());
}

TEST_CASE("what is no capture is none, and what was cut short is read as far as it goes",
          "[packet]") {
  CHECK_FALSE(from_pcapng(""));
  CHECK_FALSE(from_pcapng("\xd4\xc3\xb2\xa1 and so on, as older captures begin"));
  const auto file = to_pcapng(sample(), 0ns);
  std::size_t most = 0;
  for (std::size_t size = 0; size < file.size(); ++size) {
    const auto taps = from_pcapng(std::string(file, 0, size));
    std::size_t frames = 0;
    if (taps) {
      for (const auto& tap : *taps) frames += tap.frames.size();
    }
    REQUIRE(frames >= most);
    most = frames;
  }
  CHECK(most == 3);
}

TEST_CASE("no bytes make a capture that is read beyond its end", "[packet]") {
  std::mt19937 random(1);
  const auto good = to_pcapng(sample(), 0ns, "x");
  std::size_t sum = 0;
  for (int round = 0; round < 20000; ++round) {
    auto file = good;
    for (int i = 0; i < 3; ++i) file[random() % file.size()] = static_cast<char>(random());
    const auto taps = from_pcapng(file);
    if (!taps) continue;
    for (const auto& tap : *taps) {
      for (const auto& frame : tap.frames) {
        for (const auto byte : frame.bytes) sum += byte;
      }
    }
  }
  CHECK(sum > 0);
}
