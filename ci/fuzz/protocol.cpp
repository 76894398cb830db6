// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as what comes over an agent's console, as they are and behind right checksums, fed in
// one go and byte by byte: what the messages mean is read without a crash, and a message that was
// read can be sent on.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "framework/protocol/base64.hpp"
#include "framework/protocol/crc32.hpp"
#include "framework/protocol/frame_mark.hpp"
#include "framework/protocol/receiver.hpp"
#include "framework/protocol/sweep.hpp"

using namespace refrag::protocol;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::vector<Message> messages_in(std::string_view bytes, std::size_t step) {
  Receiver receiver(Direction::reply);
  std::vector<Message> messages;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    for (auto& event : receiver.feed(bytes.substr(at, step))) {
      if (event.kind == Event::Kind::message) messages.push_back(std::move(event.message));
    }
  }
  return messages;
}

// Each line of the text as the body of one of ours.
std::string with_checksums(std::string_view text) {
  std::string lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto body = text.substr(0, end);
    lines += fmt::format("{}! {:08x} {}\n", kMarker, crc32(body), body);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

void understand(const Message& message) {
  to_sweep_request(message);
  to_sweep_result(message);
  to_watch_request(message);
  to_seen(message);
  require(!messages_in(encode(Direction::reply, message), 4096).empty());
}

// What is read as marks is written as the same bytes.
void read_marks(std::string_view bytes) {
  const auto marks = to_marks(bytes);
  std::string again;
  for (const auto& mark : marks.value_or(std::vector<FrameMark>())) append_mark(again, mark);
  require(!marks || again == bytes);
}

void feed(std::string_view bytes) {
  read_marks(bytes);
  read_marks(from_base64(bytes).value_or(""));
  require(from_base64(to_base64(bytes)) == bytes);
  for (const std::size_t step : {bytes.size() + 1, std::size_t{1}}) {
    for (const auto& message : messages_in(bytes, step)) understand(message);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  feed(text);
  feed(with_checksums(text));
  return 0;
}
