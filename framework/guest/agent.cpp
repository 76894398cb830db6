// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/guest/agent.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/protocol/base64.hpp"

namespace refrag::guest {
namespace {

using base::Deadline;
using protocol::Message;

// Milliseconds: until a card has to be there; the most the agent waits for anything; what is kept
// of a deadline for the reply.
constexpr int kDeviceWait = 5000;
constexpr int kMaxWait = 60000;
constexpr int kAnswerTime = 1000;

// Everything a guest says is made printable here; it is shown and stored later.
std::string text(const Message& message, std::string_view key) {
  return base::printable(message.text(key).value_or(""));
}

int number(std::string_view text) { return static_cast<int>(base::to_number(text).value_or(0)); }

// "eth0,00:16:3e:00:00:01,1500,up,carrier"; the last two are not in a greeting.
LinkState parse_link(std::string_view value) {
  auto parts = base::split(base::printable(value), ',');
  parts.resize(5);
  return {parts[0], parts[1], number(parts[2]), parts[3] == "up", parts[4] == "carrier"};
}

std::vector<std::string_view> all(const Message& message, std::string_view key) {
  std::vector<std::string_view> values;
  for (const auto& field : message.fields) {
    if (field.key == key) values.push_back(field.value);
  }
  return values;
}

Hello parse_hello(const Message& message) {
  Hello hello;
  hello.release = text(message, "release");
  hello.version = text(message, "version");
  hello.machine = text(message, "machine");
  hello.build_id = text(message, "buildid");
  hello.hypervisor = text(message, "hypervisor");
  hello.uptime = static_cast<double>(message.number("uptime_ms", 0, INT64_MAX).value_or(0)) / 1000;
  hello.has_sessions = message.number("sessions", 0, 1) == 1;
  for (const auto value : all(message, "link")) {
    const auto link = parse_link(value);
    hello.cards.push_back({link.name, link.mac, link.mtu});
  }
  for (const auto value : all(message, "problem")) hello.problems.push_back(base::printable(value));
  return hello;
}

[[noreturn]] void no_sense(const std::string& who, std::string_view verb) {
  throw base::Error(base::Fault::lab, fmt::format("{} gave no sense in reply to `{}`", who, verb),
                    "build runner and guest image from the same source");
}

bool same_sizes(const protocol::SweepRequest& request, const protocol::SweepResult& result) {
  return std::equal(request.sizes.begin(), request.sizes.end(), result.sizes.begin(),
                    result.sizes.end(),
                    [](auto size, const auto& answer) { return size == answer.size; });
}

}  // namespace

Message Agent::ask(Message request, Deadline deadline) {
  const std::string verb = request.verb;
  auto reply = conversation_.ask(std::move(request), deadline);
  if (reply.verb == protocol::kOk) return reply;
  throw base::Error(base::Fault::lab,
                    fmt::format("{}, {}: {}", conversation_.name(), verb, text(reply, "reason")));
}

Hello Agent::await_hello(Deadline deadline) {
  return parse_hello(conversation_.await_greeting(deadline));
}

Hello Agent::hello(Deadline deadline) { return parse_hello(ask(Message{0, "hello"}, deadline)); }

LinkState Agent::set_link(const LinkSettings& settings, Deadline deadline) {
  Message request{0, "link"};
  request.add("dev", settings.device);
  request.add("wait", kDeviceWait);
  request.add("up", settings.up);
  if (settings.mtu != 0) request.add("mtu", settings.mtu);
  if (!settings.address.empty()) request.add("address", settings.address);
  return parse_link(ask(std::move(request), deadline).text("link").value_or(""));
}

void Agent::add_vlan(const VlanSettings& settings, Deadline deadline) {
  Message request{0, "vlan"};
  request.add("parent", settings.parent);
  request.add("dev", settings.device);
  request.add("id", settings.id);
  request.add("service", settings.is_service);
  request.add("priority", settings.priority);
  request.add("wait", kDeviceWait);
  ask(std::move(request), deadline);
}

void Agent::add_session(const SessionSettings& settings, Deadline deadline) {
  Message request{0, "session"};
  request.add("parent", settings.parent);
  request.add("dev", settings.device);
  request.add("peer", settings.peer);
  request.add("id", settings.id);
  request.add("wait", kDeviceWait);
  ask(std::move(request), deadline);
}

void Agent::remove_link(const std::string& device, Deadline deadline) {
  Message request{0, "unlink"};
  request.add("dev", device);
  ask(std::move(request), deadline);
}

std::vector<LinkState> Agent::links(Deadline deadline) {
  std::vector<LinkState> links;
  const auto reply = ask(Message{0, "links"}, deadline);
  for (const auto value : all(reply, "link")) links.push_back(parse_link(value));
  return links;
}

std::string Agent::offloads(const std::string& device, Deadline deadline) {
  Message request{0, "offloads"};
  request.add("dev", device);
  return text(ask(std::move(request), deadline), "value");
}

std::string Agent::set_offloads(const std::string& device, const std::string& value,
                                Deadline deadline) {
  Message request{0, "offloads"};
  request.add("dev", device);
  request.add("value", value);
  return text(ask(std::move(request), deadline), "value");
}

Warmth Agent::warm(const std::string& to, const std::string& device, base::milliseconds patience,
                   Deadline deadline) {
  Message request{0, "warm"};
  request.add("to", to);
  request.add("dev", device);
  request.add("wait", std::clamp<std::int64_t>(patience.count(), 0, kMaxWait));
  const auto reply = ask(std::move(request), deadline);
  return {reply.number("answered", 0, 1) == 1,
          static_cast<int>(reply.number("tries", 0, INT32_MAX).value_or(0)),
          reply.number("rtt_us", 0, INT64_MAX).value_or(0), text(reply, "mac")};
}

void Agent::watch(const protocol::WatchRequest& request, Deadline deadline) {
  ask(to_message(request), deadline);
}

protocol::SweepResult Agent::sweep(protocol::SweepRequest request, Deadline deadline) {
  const auto left = static_cast<int>(deadline.remaining().count());
  request.deadline_ms = std::clamp(left - kAnswerTime, 1, request.deadline_ms);
  auto result = protocol::to_sweep_result(ask(to_message(request), deadline));
  if (!result || !same_sizes(request, *result)) no_sense(conversation_.name(), "sweep");
  return std::move(*result);
}

std::vector<protocol::SeenSize> Agent::seen(Deadline deadline) {
  auto seen = protocol::to_seen(ask(Message{0, "seen"}, deadline));
  if (!seen) no_sense(conversation_.name(), "seen");
  return std::move(*seen);
}

void Agent::rehearse(const protocol::SweepRequest& request, Deadline deadline) {
  ask(to_message(request, "rehearse"), deadline);
}

void Agent::beside(const protocol::SweepRequest& request, Deadline deadline) {
  ask(to_message(request, "beside"), deadline);
}

void Agent::listen(const std::string& device, Deadline deadline) {
  Message request{0, "listen"};
  request.add("dev", device);
  ask(std::move(request), deadline);
}

Agent::Marks Agent::marks(std::size_t from, Deadline deadline) {
  Message request{0, "marks"};
  request.add("from", static_cast<std::int64_t>(from));
  const auto reply = ask(std::move(request), deadline);
  const auto data = protocol::from_base64(reply.text("data").value_or("="));
  auto marks = data ? protocol::to_marks(*data) : std::nullopt;
  const auto count = reply.number("count", 0, UINT32_MAX);
  if (!marks || !count) no_sense(conversation_.name(), "marks");
  const auto now = reply.number("now", 0, INT64_MAX).value_or(0);
  return {.marks = std::move(*marks),
          .count = static_cast<std::size_t>(*count),
          .missed = static_cast<std::size_t>(reply.number("missed", 0, UINT32_MAX).value_or(0)),
          .now = std::chrono::nanoseconds(now)};
}

std::string Agent::frames(const std::vector<std::size_t>& places, Deadline deadline) {
  Message request{0, "frames"};
  for (const auto place : places) request.add("frame", static_cast<std::int64_t>(place));
  const auto reply = ask(std::move(request), deadline);
  auto data = protocol::from_base64(reply.text("data").value_or("="));
  if (!data) no_sense(conversation_.name(), "frames");
  return std::move(*data);
}

void Agent::flush(Deadline deadline) { ask(Message{0, "flush"}, deadline); }

std::map<std::string, std::uint64_t> Agent::counters(const std::string& prefix, Deadline deadline) {
  Message request{0, "counters"};
  request.add("prefix", prefix);
  const auto reply = ask(std::move(request), deadline);
  std::map<std::string, std::uint64_t> counters;
  for (const auto& field : reply.fields) {
    const auto value = protocol::to_number(field.value);
    if (value && *value >= 0) counters[field.key] = static_cast<std::uint64_t>(*value);
  }
  return counters;
}

std::vector<std::string> Agent::kernel_log(Deadline deadline, int level) {
  std::vector<std::string> lines;
  Message request{0, "kmsg"};
  request.add("level", level);
  const auto reply = ask(std::move(request), deadline);
  for (const auto value : all(reply, "line")) lines.push_back(base::printable(value));
  return lines;
}

void Agent::skip_kernel_log(Deadline deadline) {
  Message request{0, "kmsg"};
  request.add("skip", 1);
  ask(std::move(request), deadline);
}

void Agent::power_off(Deadline deadline) { ask(Message{0, "poweroff"}, deadline); }

}  // namespace refrag::guest
