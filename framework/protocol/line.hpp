// SPDX-License-Identifier: GPL-2.0-or-later
// One line of a message:
//
//   @refrag! 5f0c21aa 17 0+ ok key=value key=two+words key+=appended
//          |     |     |  |  |
//          |     |     |  |  the message's verb, on each of its lines
//          |     |     |  number of this line in its message; '+' more follow, '.' the last
//          |     |     sequence number
//          |     CRC-32 of all that follows it and its space
//          '?' request, '!' reply
//
// In values a space is '+', and what is neither a letter, a digit nor one of "._-:/,@()" is %XX.
// A value too long for a line goes on as `key+=` fields. Lines are short because they have to get
// through a console ring of 1 or 2 KiB piece by piece, and a damaged one costs a repetition.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/protocol/message.hpp"

namespace refrag::protocol {

inline constexpr std::string_view kMarker = "@refrag";  // then the direction and a space
inline constexpr std::size_t kMaxLine = 512;            // bytes with the newline
inline constexpr std::size_t kMaxName = 24;             // bytes of a verb or a key
inline constexpr std::uint32_t kMaxParts = 1024;        // lines of one message

struct Part {
  std::string value;
  std::string key;
  bool appended = false;  // goes on the previous field
};

struct Line {
  std::uint32_t sequence = 0;
  std::uint32_t number = 0;
  bool last = true;
  std::string verb;
  std::vector<Part> parts = {};
};

// The lines of a message, each ended by a newline. Names that are not names lose the bytes that do
// not belong there; a message that would need more than kMaxParts lines becomes an error reply.
std::string encode(Direction direction, const Message& message);

// A line from its marker on, without its newline. nullopt when anything is wrong with it.
std::optional<Line> decode_line(Direction direction, std::string_view text);

}  // namespace refrag::protocol
