// SPDX-License-Identifier: GPL-2.0-or-later
// For tests: the guest's end of a console, played by a script in a thread.
#pragma once

#include <csignal>
#include <functional>
#include <memory>
#include <thread>

#include <sys/socket.h>

#include "framework/base/error.hpp"
#include "framework/guest/byte_stream.hpp"
#include "framework/protocol/line.hpp"
#include "framework/protocol/receiver.hpp"

namespace refrag::guest {

class FakePeer {
 public:
  // Answers each request with bytes, which may be anything; nullopt hangs up.
  using Script = std::function<std::optional<std::string>(const protocol::Message&)>;

  explicit FakePeer(Script script, const std::string& first_words = {}) {
    std::signal(SIGPIPE, SIG_IGN);  // as in every main of ours
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    ours_ = base::Fd(ends[0]);
    theirs_ = base::Fd(ends[1]);
    thread_ = std::thread([this, script = std::move(script), first_words] {
      say(first_words);
      serve(script);
    });
  }
  ~FakePeer() {
    shutdown(theirs_.get(), SHUT_RDWR);
    thread_.join();
  }

  std::unique_ptr<ByteStream> stream() { return std::make_unique<FdStream>(std::move(ours_)); }

  void say(const std::string& bytes) {
    if (!bytes.empty()) send(theirs_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }

 private:
  void serve(const Script& script) {
    protocol::Receiver receiver(protocol::Direction::request);
    char buffer[4096];
    for (;;) {
      const auto got = recv(theirs_.get(), buffer, sizeof buffer, 0);
      if (got <= 0) return;
      for (auto& event : receiver.feed({buffer, static_cast<std::size_t>(got)})) {
        if (event.kind != protocol::Event::Kind::message) continue;
        const auto answer = script(event.message);
        if (!answer) shutdown(theirs_.get(), SHUT_RDWR);
        if (answer) say(*answer);
      }
    }
  }

  base::Fd ours_;
  base::Fd theirs_;
  std::thread thread_;
};

// An `ok` to the request with one more field, as bytes.
inline std::string ok_to(const protocol::Message& request, const std::string& key = "x",
                         const std::string& value = "1") {
  protocol::Message reply{request.sequence, "ok"};
  reply.add(key, value);
  return protocol::encode(protocol::Direction::reply, reply);
}

}  // namespace refrag::guest
