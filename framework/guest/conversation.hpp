// SPDX-License-Identifier: GPL-2.0-or-later
// Requests and replies over a console that loses and mangles lines. A request is repeated until its
// reply has come whole; the agent does nothing twice (framework/protocol/message.hpp).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/guest/byte_stream.hpp"
#include "framework/guest/console_lines.hpp"
#include "framework/guest/lost.hpp"

namespace refrag::guest {

class Conversation {
 public:
  // The name is for messages: "guest a".
  Conversation(std::string name, std::unique_ptr<ByteStream> stream, ConsoleLines::Sink sink = {});

  // Called a few times a second while waiting; may throw to end the wait, for instance because the
  // host has died.
  void on_wait(std::function<void()> f) { on_wait_ = std::move(f); }

  // How long a reply may take before the request is repeated; doubled with each repetition.
  void repeat_after(base::milliseconds time) { first_repeat_ = time; }

  // The agent's reply, `ok` or `err`. Throws Lost.
  protocol::Message ask(protocol::Message request, base::Deadline deadline);

  // The greeting that an agent says by itself when it is ready; asks for it when none comes.
  protocol::Message await_greeting(base::Deadline deadline);

  // Takes in what has come, without waiting and without calling on_wait(). Throws Lost.
  void look();

  const std::string& name() const { return name_; }
  std::size_t heard() const { return heard_; }  // bytes that came so far
  std::string console_tail() const { return lines_.tail(); }

 private:
  std::optional<protocol::Message> next(std::uint32_t sequence, base::Deadline until);
  void wait_once(base::Deadline deadline);
  void read_once();
  void take(protocol::Message message);
  void write(const protocol::Message& request, base::Deadline deadline);
  [[noreturn]] void lose(Lost::How how, const std::string& what);

  std::string name_;
  std::unique_ptr<ByteStream> stream_;
  ConsoleLines lines_;
  std::function<void()> on_wait_;
  base::milliseconds first_repeat_{2000};
  std::uint32_t sequence_;
  std::optional<protocol::Message> greeting_;
  std::optional<protocol::Message> reply_;
  std::optional<std::string> last_words_;
  std::size_t heard_ = 0;
  int greetings_ = 0;
  int quick_repeats_ = 0;
  bool ended_ = false;
};

}  // namespace refrag::guest
