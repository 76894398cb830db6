// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/frame_mark.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::protocol;

TEST_CASE("marks come back as they were, and half of one does not", "[protocol]") {
  const std::vector<FrameMark> marks = {
      {.at = 0x1122334455667788, .outgoing = true, .size = 65535, .hash = ~std::uint64_t{0}},
      {.at = 1, .outgoing = false, .size = 60, .hash = 0x8000000000000001}};
  std::string bytes;
  for (const auto& mark : marks) append_mark(bytes, mark);
  CHECK(bytes.size() == 2 * kMarkSize);
  CHECK(to_marks(bytes) == marks);
  CHECK(to_marks("")->empty());
  CHECK_FALSE(to_marks(bytes.substr(1)));
}

TEST_CASE("the hash is FNV-1a, which any byte changes", "[protocol]") {
  CHECK(frame_hash("") == 0xcbf29ce484222325);
  CHECK(frame_hash("foobar") == 0x85944171f73967e8);
  CHECK(frame_hash(std::string(1500, '\0')) != frame_hash(std::string(1499, '\0')));
}
