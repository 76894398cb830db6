// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/guest/conversation.hpp"

#include <random>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/protocol/line.hpp"

namespace refrag::guest {
namespace {

using base::Deadline;
using base::milliseconds;
using protocol::Message;

constexpr milliseconds kSlice{250};  // between calls of on_wait
constexpr milliseconds kLastRepeat{16000};
constexpr int kQuickRepeats = 20;             // because of a damaged line, of one request
constexpr milliseconds kGreetingAlone{5000};  // how long an unasked greeting is waited for
constexpr milliseconds kTrace{1000};          // what a dying kernel may take for its call trace
constexpr milliseconds kTraceGap{200};
constexpr int kReadsOfALook = 16;  // of a guest that talks without end

}  // namespace

Conversation::Conversation(std::string name, std::unique_ptr<ByteStream> stream,
                           ConsoleLines::Sink sink)
    : name_(std::move(name)),
      stream_(std::move(stream)),
      lines_(std::move(sink)),
      sequence_(std::random_device{}()) {}

Message Conversation::ask(Message request, Deadline deadline) {
  if (++sequence_ == 0) ++sequence_;  // 0 is for what is said unasked
  request.sequence = sequence_;
  reply_.reset();
  lines_.take_damage();
  quick_repeats_ = kQuickRepeats;
  for (auto patience = first_repeat_;; patience = std::min(2 * patience, kLastRepeat)) {
    write(request, deadline);
    if (auto reply = next(request.sequence, deadline.sooner(patience))) return std::move(*reply);
    if (deadline.expired()) {
      lose(Lost::How::silent, fmt::format("did not answer `{}` in time", request.verb));
    }
  }
}

Message Conversation::await_greeting(Deadline deadline) {
  const auto alone = deadline.sooner(kGreetingAlone);
  while (!greeting_ && !alone.expired()) wait_once(alone);
  if (!greeting_) greeting_ = ask(Message{0, "hello"}, deadline);
  return *greeting_;
}

void Conversation::look() {
  for (int reads = 0; reads < kReadsOfALook; ++reads) {
    if (!base::wait_readable(stream_->read_fd(), Deadline::in(milliseconds(0)))) return;
    read_once();
  }
}

// The reply, or nothing when it is time to ask again.
std::optional<Message> Conversation::next(std::uint32_t sequence, Deadline until) {
  while (!until.expired()) {
    wait_once(until);
    if (reply_ && reply_->sequence == sequence) return std::exchange(reply_, std::nullopt);
    if (lines_.take_damage() && quick_repeats_ > 0) {
      --quick_repeats_;
      return std::nullopt;
    }
  }
  return std::nullopt;
}

void Conversation::wait_once(Deadline deadline) {
  if (on_wait_) on_wait_();
  if (base::wait_readable(stream_->read_fd(), deadline.sooner(kSlice))) read_once();
}

void Conversation::read_once() {
  const std::string bytes = base::read_some(stream_->read_fd());
  heard_ += bytes.size();
  ended_ |= bytes.empty();
  for (auto& message : lines_.feed(bytes)) take(std::move(message));
  if (lines_.fatal()) lose(Lost::How::crashed, "crashed: " + *lines_.fatal());
  if (last_words_) lose(Lost::How::crashed, "its agent died: " + *last_words_);
  if (ended_) {
    const auto why = stream_->why_ended();
    lose(Lost::How::ended, "its console has ended" + (why.empty() ? "" : ": " + why));
  }
  if (greetings_ > 1) lose(Lost::How::restarted, "has restarted");
}

void Conversation::take(Message message) {
  if (message.sequence != 0) {
    reply_ = std::move(message);
  } else if (message.verb == protocol::kDying) {
    last_words_ = base::printable(message.text("reason").value_or(""));
  } else if (message.verb == protocol::kHello) {
    ++greetings_;
    greeting_ = std::move(message);
  }
}

void Conversation::write(const Message& request, Deadline deadline) {
  try {
    stream_->write(protocol::encode(protocol::Direction::request, request), deadline);
  } catch (const base::Error& error) {
    look();  // it may have said why before it went
    lose(Lost::How::ended, error.what());
  }
}

// Takes in what a dying kernel still has to say, for as long as it keeps talking.
void Conversation::lose(Lost::How how, const std::string& what) {
  const auto end = Deadline::in(kTrace);
  while (how == Lost::How::crashed && !ended_ && !end.expired() &&
         base::wait_readable(stream_->read_fd(), end.sooner(kTraceGap))) {
    const std::string bytes = base::read_some(stream_->read_fd());
    ended_ = bytes.empty();
    lines_.feed(bytes);
  }
  throw Lost(how, fmt::format("{} {}", name_, what), lines_.tail());
}

}  // namespace refrag::guest
