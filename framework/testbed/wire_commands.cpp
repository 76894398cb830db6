// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_commands.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/base/unix_socket.hpp"
#include "framework/testbed/lost_guest.hpp"

namespace refrag::testbed {

using base::Deadline;
using verdict::Outcome;

namespace {

// With a machine that says nothing, of its own time.
constexpr auto patience = base::seconds(20);
// A dying machine's last words are still on their way when its sockets have closed.
constexpr auto last_words = base::milliseconds(500);
constexpr off_t tail_size = 8192;

std::string tail_of(const base::fs::path& path) {
  const auto file = base::open_file(path.string(), O_RDONLY);
  const off_t size = ::lseek(file.get(), 0, SEEK_END);
  std::string text(static_cast<std::size_t>(std::min(size, tail_size)), '\0');
  const auto got =
      ::pread(file.get(), text.data(), text.size(), std::max<off_t>(0, size - tail_size));
  text.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
  return base::printable(text);
}

std::string panic_in(std::string_view console) {
  for (const auto& line : base::split(console, '\n')) {
    if (guest::is_fatal(line)) return line;
  }
  return {};
}

}  // namespace

WireCommands::WireCommands(const base::fs::path& socket, base::fs::path console, Deadline deadline)
    : WireCommands(base::connect_unix(socket, deadline), std::move(console)) {}

WireCommands::WireCommands(base::Fd socket, base::fs::path console)
    : clock_(base::listener_of(socket.get())),
      agent_("host", std::make_unique<guest::FdStream>(std::move(socket))),
      console_(std::move(console)) {}

template <class Work>
auto WireCommands::guarded(Deadline deadline, Work&& work) {
  auto& conversation = agent_.conversation();
  auto heard = conversation.heard();
  auto until = clock_.now() + patience;
  conversation.on_wait([&] {
    if (std::exchange(heard, conversation.heard()) != heard) until = clock_.now() + patience;
    if (clock_.now() < until) return;
    throw guest::Lost(guest::Lost::How::silent, "host does not answer", {});
  });
  try {
    return work(deadline);
  } catch (const guest::Lost& gone) {
    throw lost(outcome_of(gone.how()), gone.what());
  }
}

Machine WireCommands::machine(Deadline deadline) {
  const auto hello = guarded(deadline, [&](Deadline d) { return agent_.hello(d); });
  return {"host", hello.release, hello.build_id, "qemu"};
}

protocol::Message WireCommands::ask(protocol::Message request, Deadline deadline) {
  auto reply = guarded(
      deadline, [&](Deadline d) { return agent_.conversation().ask(std::move(request), d); });
  if (reply.verb == protocol::kOk) return reply;
  throw base::Error(base::Fault::lab,
                    "the host: " + base::printable(reply.text("reason").value_or("no sense")));
}

protocol::Message WireCommands::request_for(const char* verb, const verdict::Knobs& wanted) const {
  protocol::Message request{0, verb};
  for (const auto& [name, value] : wanted) request.add("set", name + "=" + value);
  if (!told_knobs_.state.empty()) request.add("unless", told_knobs_.state);
  return request;
}

void WireCommands::take_knobs(const protocol::Message& reply) {
  const auto state = reply.text("state").value_or("");
  if (!state.empty() && state == told_knobs_.state) return;
  told_knobs_ = {.state = std::string(state), .knobs = {}};
  for (const auto& field : reply.fields) {
    const auto text = base::printable(field.value);
    const auto equals = std::min(text.find('='), text.size() - 1);
    if (field.key == "knob") told_knobs_.knobs[text.substr(0, equals)] = text.substr(equals + 1);
  }
}

verdict::Knobs WireCommands::knobs(const verdict::Knobs& wanted, Deadline deadline) {
  take_knobs(ask(request_for("knobs", wanted), deadline));
  return told_knobs_.knobs;
}

WireCommands::Look WireCommands::look(const verdict::Knobs& wanted, std::optional<int> level,
                                      Deadline deadline) {
  constexpr std::string_view prefix = "Ip.";
  auto request = request_for("look", wanted);
  request.add("prefix", prefix);
  if (!told_counters_.empty()) request.add("zeros", 0);
  if (level) request.add("level", *level);
  const auto reply = ask(std::move(request), deadline);
  take_knobs(reply);
  for (auto& [name, value] : told_counters_) value = 0;
  std::vector<std::string> log;
  for (const auto& [name, text] : reply.fields) {
    if (name == "line") log.push_back(base::printable(text));
    if (!name.starts_with(prefix) && !name.starts_with("Forward.")) continue;
    const auto plain = name.starts_with(prefix) ? name.substr(prefix.size()) : name;
    if (const auto value = protocol::to_number(text)) told_counters_[plain] = *value;
  }
  return {{told_knobs_.knobs, told_counters_}, std::move(log)};
}

std::map<std::string, std::string> WireCommands::read(const std::vector<std::string>& paths,
                                                      Deadline deadline) {
  protocol::Message request{0, "read"};
  for (const auto& path : paths) request.add("path", path);
  const auto reply = ask(std::move(request), deadline);
  std::map<std::string, std::string> texts;
  std::string path;
  for (const auto& field : reply.fields) {
    if (field.key == "path") path = field.value;
    if (field.key == "text") texts[path] = field.value;
  }
  return texts;
}

std::vector<std::string> WireCommands::write(const std::vector<Setting>& settings,
                                             Deadline deadline) {
  protocol::Message request{0, "write"};
  for (const auto& [path, text] : settings) {
    request.add("path", path);
    request.add("text", text);
  }
  std::vector<std::string> failed;
  for (const auto& field : ask(std::move(request), deadline).fields) {
    if (field.key == "path") failed.push_back(field.value);
  }
  return failed;
}

Lost WireCommands::lost(Outcome unless_it_crashed, const std::string& what) const {
  const base::StopHeld held;
  const auto end = Deadline::in(last_words);
  for (;;) {
    const auto tail = tail_of(console_);
    if (const auto panic = panic_in(tail); !panic.empty()) {
      return {Outcome::crashed, fmt::format("{}: {}", what, panic), tail};
    }
    if (end.expired()) return {unless_it_crashed, what, tail};
    base::wait_readable(std::array<int, 0>{}, end.sooner(base::milliseconds(20)));
  }
}

}  // namespace refrag::testbed
