// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/tally.hpp"

#include "framework/base/catch.hpp"
#include "framework/protocol/payload.hpp"

using namespace refrag;
using namespace refrag::agent;
using Verdict = Tally::Verdict;

namespace {

constexpr std::uint16_t kIdent = 77;
constexpr std::uint32_t kSeed = 5;

struct Fixture {
  Tally tally{kIdent, kSeed, 3, {56, 1477}};
  std::string bytes;

  Echo echo(std::uint16_t sequence, std::size_t size) {
    bytes = protocol::echo_payload(kSeed, sequence, size);
    return {EchoType::reply, kIdent, sequence, true, bytes};
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "right echoes are counted by size and number", "[agent]") {
  CHECK(tally.note(echo(0, 56)) == Verdict::good);
  CHECK(tally.note(echo(5, 1477)) == Verdict::good);
  CHECK(tally.entries()[0].good == 0b001);
  CHECK(tally.entries()[1].good == 0b100);
}

TEST_CASE_METHOD(Fixture, "a truncated or a longer echo is wrong", "[agent]") {
  CHECK(tally.note(echo(3, 1476)) == Verdict::wrong);
  CHECK(tally.note(echo(4, 1478)) == Verdict::wrong);
  CHECK(tally.entries()[1].wrong_length == 2);
  CHECK(tally.entries()[1].good == 0);
}

TEST_CASE_METHOD(Fixture, "an echo with other bytes is wrong", "[agent]") {
  auto other = echo(3, 1477);
  bytes[1476] = static_cast<char>(bytes[1476] ^ 1);
  other.payload = bytes;
  CHECK(tally.note(other) == Verdict::wrong);
  auto swapped = echo(4, 1477);
  swapped.sequence = 5;
  CHECK(tally.note(swapped) == Verdict::wrong);
  auto bad_checksum = echo(0, 56);
  bad_checksum.checksum_ok = false;
  CHECK(tally.note(bad_checksum) == Verdict::wrong);
  CHECK(tally.entries()[1].wrong_payload == 2);
  CHECK(tally.entries()[0].wrong_payload == 1);
}

TEST_CASE_METHOD(Fixture, "the second of the same is a duplicate", "[agent]") {
  tally.note(echo(0, 56));
  CHECK(tally.note(echo(0, 56)) == Verdict::duplicate);
  CHECK(tally.entries()[0].duplicates == 1);
  CHECK(tally.entries()[0].good == 1);
}

TEST_CASE_METHOD(Fixture, "what belongs to no echo of the set is a stray", "[agent]") {
  CHECK(tally.note(echo(6, 56)) == Verdict::stray);
  CHECK(tally.note(echo(65535, 56)) == Verdict::stray);
  auto other = echo(0, 56);
  other.ident = kIdent + 1;
  CHECK(tally.note(other) == Verdict::stray);
  CHECK(tally.entries()[0].good == 0);
}
