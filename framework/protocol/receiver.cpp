// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/receiver.hpp"

#include <utility>

namespace refrag::protocol {
namespace {

void add_noise(std::string_view text, std::vector<Event>& events) {
  events.push_back({Event::Kind::noise, {}, std::string(text)});
}

// Where a line of ours begins, behind whatever somebody else wrote in front of it.
std::size_t find_marker(std::string_view line, Direction direction) {
  const char marker[] = {'@', 'r', 'e', 'f', 'r', 'a', 'g', static_cast<char>(direction)};
  static_assert(kMarker == "@refrag");
  return line.rfind(std::string_view(marker, sizeof marker));
}

}  // namespace

std::vector<Event> Receiver::feed(std::string_view bytes) {
  std::vector<Event> events;
  for (const char c : bytes) {
    if (c == '\n') {
      end_line(events);
    } else {
      line_ += c;
      if (line_.size() > kMaxNoise) cut_line(events);
    }
  }
  return events;
}

void Receiver::end_line(std::vector<Event>& events) {
  const std::string whole = std::exchange(line_, {});
  std::string_view line = whole;
  while (line.ends_with('\r')) line.remove_suffix(1);
  const auto at = find_marker(line, direction_);
  if (at == line.npos) return add_noise(line, events);
  if (at > 0) add_noise(line.substr(0, at), events);
  take_ours(line.substr(at), events);
}

// Gives away the beginning of a line that does not end, but keeps what may begin one of ours.
void Receiver::cut_line(std::vector<Event>& events) {
  auto at = find_marker(line_, direction_);
  if (at == line_.npos || at + kMaxLine < line_.size()) at = line_.size() - kMarker.size();
  add_noise(std::string_view(line_).substr(0, at), events);
  line_.erase(0, at);
}

void Receiver::take_ours(std::string_view text, std::vector<Event>& events) {
  auto line = decode_line(direction_, text);
  const bool last = line && line->last;
  if (!line || !assemble(std::move(*line))) {
    message_.reset();
    events.push_back({Event::Kind::damaged, {}, std::string(text)});
  } else if (last) {
    events.push_back({Event::Kind::message, std::move(*std::exchange(message_, {})), {}});
  }
}

// False when a line before it is missing; line 0 always starts afresh.
bool Receiver::assemble(Line line) {
  if (line.number == 0) {
    message_ = Message{line.sequence, line.verb};
    next_number_ = 0;
  }
  if (!message_ || line.number != next_number_ || line.sequence != message_->sequence ||
      line.verb != message_->verb) {
    return false;
  }
  ++next_number_;
  for (Part& part : line.parts) {
    auto& fields = message_->fields;
    if (!part.appended) {
      fields.push_back({std::move(part.key), std::move(part.value)});
    } else if (!fields.empty() && fields.back().key == part.key) {
      fields.back().value += part.value;
    } else {
      return false;
    }
  }
  return true;
}

}  // namespace refrag::protocol
