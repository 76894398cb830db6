// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes of a console in, messages and noise out. Survives anything: half lines, lines run into each
// other, binary rubbish. Holds one line of noise and one message at most.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/protocol/line.hpp"

namespace refrag::protocol {

struct Event {
  enum class Kind {
    message,
    noise,    // text: what somebody else wrote, a line without its end, any bytes
    damaged,  // text: a line that began like one of ours; its message has to be asked for again
  };
  Kind kind = Kind::noise;
  Message message = {};
  std::string text = {};
};

class Receiver {
 public:
  static constexpr std::size_t kMaxNoise = 1024;  // longer lines come in pieces

  explicit Receiver(Direction direction) : direction_(direction) {}

  std::vector<Event> feed(std::string_view bytes);

  // What has come of a line that has no end yet.
  std::string_view pending() const { return line_; }

 private:
  void end_line(std::vector<Event>& events);
  void cut_line(std::vector<Event>& events);
  void take_ours(std::string_view text, std::vector<Event>& events);
  bool assemble(Line line);

  Direction direction_;
  std::string line_;
  std::optional<Message> message_;  // whose last line has not come yet
  std::uint32_t next_number_ = 0;
};

}  // namespace refrag::protocol
