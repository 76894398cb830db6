// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/pppoe.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::agent;
using namespace std::string_literals;

namespace {

const PppoeEnds kEnds{*parse_mac("02:00:00:00:00:0a"), *parse_mac("02:00:00:00:00:0B"), 7};
const PppoeEnds kOther{kEnds.peer, kEnds.own, 7};

const auto kFrame =
    "\x02\0\0\0\0\x0b\x02\0\0\0\0\x0a\x88\x64"
    "\x11\0\0\x07\0\x06\0\x21"
    "E\0\0\x04"s;

std::string_view taken(std::string frame, std::size_t at, char value) {
  static std::string kept;
  kept = std::move(frame);
  kept[at] = value;
  return packet_in(kOther, kept);
}

}  // namespace

TEST_CASE("a packet goes into a frame of the session and comes out at its other end", "[agent]") {
  CHECK(pppoe_frame(kEnds, "E\0\0\x04"s) == kFrame);
  CHECK(packet_in(kOther, kFrame) == "E\0\0\x04"s);
  const auto ipv6 = pppoe_frame(kEnds, "`\0\0\x04"s);
  CHECK(ipv6.substr(20, 2) == "\0\x57"s);
  CHECK(packet_in(kOther, ipv6) == "`\0\0\x04"s);
  const std::string longest(65527, 'E');
  CHECK(packet_in(kOther, pppoe_frame(kEnds, longest)) == longest);
}

TEST_CASE("what is no packet is not sent", "[agent]") {
  CHECK(pppoe_frame(kEnds, "").empty());
  CHECK(pppoe_frame(kEnds, "\x05"s).empty());
}

TEST_CASE("what PPPoE's length leaves out is cut off, and what is shorter is no frame", "[agent]") {
  CHECK(packet_in(kOther, kFrame + "padding") == "E\0\0\x04"s);
  CHECK(taken(kFrame, 19, 5) == "E\0\0"s);
  CHECK(taken(kFrame, 19, 7).empty());
  CHECK(taken(kFrame, 18, 1).empty());
  CHECK(taken(kFrame, 19, 2).empty());
  CHECK(taken(kFrame, 19, 1).empty());
  for (std::size_t size = 0; size < kFrame.size(); ++size) {
    CHECK(packet_in(kOther, std::string_view(kFrame).substr(0, size)).empty());
  }
}

TEST_CASE("what is not the session's is not taken", "[agent]") {
  CHECK(packet_in(kEnds, kFrame).empty());   // of another sender
  CHECK(taken(kFrame, 14, 0x12).empty());    // another type
  CHECK(taken(kFrame, 15, 0x09).empty());    // discovery
  CHECK(taken(kFrame, 17, 8).empty());       // another session
  CHECK(taken(kFrame, 21, 0x57).empty());    // IPv6, and is none
  CHECK(taken(kFrame, 20, '\xc0').empty());  // the link's control
}

TEST_CASE("what is no MAC is not read as one", "[agent]") {
  CHECK(parse_mac("00:16:3e:aB:cD:Ef") == MacBytes{0x00, 0x16, 0x3e, 0xab, 0xcd, 0xef});
  for (const auto* text : {"", "00:16:3e:ab:cd", "00:16:3e:ab:cd:", "00:16:3e:ab:cd:e",
                           "00:16:3e:ab:cd:eg", "00-16-3e-ab-cd-ef", "00:16:3e:ab:cd:ef:00"}) {
    CHECK_FALSE(parse_mac(text));
  }
}
