// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/verbs.hpp"

#include "framework/protocol/crc32.hpp"
#include "vm-images/wire/files.hpp"
#include "vm-images/wire/knobs.hpp"
#include "vm-images/wire/nftables.hpp"

namespace refrag::wire {
namespace {

using agent::Problem;
using protocol::Message;

// A number that stands for all settings and their values.
std::string state_of(const std::vector<Knob>& knobs) {
  std::string all;
  for (const auto& [name, value] : knobs) all += name + "=" + value + "\n";
  return std::to_string(protocol::crc32(all));
}

Problem set_knobs(const Message& request) {
  for (const auto& field : request.fields) {
    if (field.key != "set") continue;
    const auto equals = field.value.find('=');
    if (equals == field.value.npos) return "knobs takes set=NAME=VALUE";
    auto failed = set_knob(field.value.substr(0, equals), field.value.substr(equals + 1));
    if (!failed.empty()) return failed;
  }
  return {};
}

Message do_knobs(const Message& request) {
  if (const auto failed = set_knobs(request); !failed.empty()) return protocol::error_reply(failed);
  const auto knobs = read_knobs();
  const auto state = state_of(knobs);
  Message reply{0, std::string(protocol::kOk)};
  reply.add("state", state);
  if (request.text("unless") == state) return reply;
  for (const auto& [name, value] : knobs) reply.add("knob", name + "=" + value);
  return reply;
}

// The guests' answer to what is asked in other words.
Message as(const char* verb, agent::Agent& agent, Message request) {
  request.verb = verb;
  return agent::answer(agent, request);
}

// The rules' counters beside the kernel's.
Message counters(agent::Agent& agent, const Message& request) {
  auto reply = as("counters", agent, request);
  const auto seen = forwarded();
  reply.add("Forward.ip", static_cast<std::int64_t>(seen.ip));
  reply.add("Forward.ip6", static_cast<std::int64_t>(seen.ip6));
  reply.add("Forward.bridge", static_cast<std::int64_t>(seen.bridge));
  if (request.text("zeros") == "0") {
    std::erase_if(reply.fields, [](const auto& field) { return field.value == "0"; });
  }
  return reply;
}

Message do_look(agent::Agent& agent, const Message& request) {
  auto all = do_knobs(request);
  const auto add = [&all](const Message& more) {
    if (all.verb != protocol::kOk) return;
    all.verb = more.verb;
    all.fields.insert(all.fields.end(), more.fields.begin(), more.fields.end());
  };
  add(counters(agent, request));
  if (request.text("level")) add(as("kmsg", agent, request));
  all.sequence = request.sequence;
  return all;
}

}  // namespace

Message answer(agent::Agent& agent, const Message& request) {
  using Verb = Message (*)(const Message&);
  if (request.verb == "look") return do_look(agent, request);
  const Verb verb = request.verb == "knobs"   ? do_knobs
                    : request.verb == "read"  ? read_files
                    : request.verb == "write" ? write_files
                                              : nullptr;
  if (verb == nullptr) return agent::answer(agent, request);
  auto reply = verb(request);
  reply.sequence = request.sequence;
  return reply;
}

}  // namespace refrag::wire
