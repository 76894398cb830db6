// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/message.hpp"

#include <charconv>

namespace refrag::protocol {

void Message::add(std::string_view key, std::string_view value) {
  fields.push_back({std::string(key), std::string(value)});
}

void Message::add(std::string_view key, std::int64_t value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  add(key, std::string_view(digits, static_cast<std::size_t>(end - digits)));
}

std::optional<std::string_view> Message::text(std::string_view key) const {
  for (const Field& field : fields) {
    if (field.key == key) return field.value;
  }
  return std::nullopt;
}

std::optional<std::int64_t> Message::number(std::string_view key, std::int64_t low,
                                            std::int64_t high) const {
  const auto value = text(key);
  if (!value) return std::nullopt;
  const auto number = to_number(*value);
  if (!number || *number < low || *number > high) return std::nullopt;
  return number;
}

Message error_reply(std::string_view reason) {
  Message reply{0, std::string(kError)};
  reply.add("reason", reason);
  return reply;
}

std::optional<std::int64_t> to_number(std::string_view text) noexcept {
  std::int64_t value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || text.empty()) return std::nullopt;
  return value;
}

}  // namespace refrag::protocol
