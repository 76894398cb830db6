// SPDX-License-Identifier: GPL-2.0-or-later
// What runner and agent say to each other: a verb and fields. On the wire a message is one or more
// lines among kernel messages and half lines, each with its own checksum (line.hpp).
//
// A request carries a sequence number; its reply carries the same. The agent remembers its last
// reply, so a request whose reply was damaged is simply sent again: it is not executed twice.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::protocol {

// Each side listens for the other's lines only, so that an echoing terminal does no harm.
enum class Direction : char { request = '?', reply = '!' };

// Verbs that replies have. `hello` and `dying` also come unasked, with sequence 0.
inline constexpr std::string_view kOk = "ok";
inline constexpr std::string_view kError = "err";    // field `reason`
inline constexpr std::string_view kHello = "hello";  // the agent is ready
inline constexpr std::string_view kDying = "dying";  // field `reason`; nothing comes after it

struct Field {
  std::string key;    // letters, digits, '.', '_', '-'
  std::string value;  // any bytes
  friend bool operator==(const Field&, const Field&) = default;
};

struct Message {
  std::uint32_t sequence = 0;
  std::string verb;  // same letters as a key, at most kMaxName
  std::vector<Field> fields = {};

  void add(std::string_view key, std::string_view value);
  void add(std::string_view key, std::int64_t value);

  // The first field of that name; nullopt when there is none, or it is not a number in the range.
  std::optional<std::string_view> text(std::string_view key) const;
  std::optional<std::int64_t> number(std::string_view key, std::int64_t low,
                                     std::int64_t high) const;
  friend bool operator==(const Message&, const Message&) = default;
};

Message error_reply(std::string_view reason);

// A decimal number that fills the whole text.
std::optional<std::int64_t> to_number(std::string_view text) noexcept;

}  // namespace refrag::protocol
