// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/verbs.hpp"

#include "vm-images/wire/knobs.hpp"
#include "vm-images/wire/nftables.hpp"

namespace refrag::wire {
namespace {

using protocol::Message;

Message do_knobs(const Message& request) {
  for (const auto& field : request.fields) {
    const auto equals = field.value.find('=');
    if (field.key != "set" || equals == field.value.npos) {
      return protocol::error_reply("knobs takes set=NAME=VALUE");
    }
    const auto failed = set_knob(field.value.substr(0, equals), field.value.substr(equals + 1));
    if (!failed.empty()) return protocol::error_reply(failed);
  }
  Message reply{0, std::string(protocol::kOk)};
  for (const auto& [name, value] : read_knobs()) reply.add("knob", name + "=" + value);
  return reply;
}

// The rules' counters beside the kernel's.
Message do_counters(agent::Agent& agent, const Message& request) {
  auto reply = agent::answer(agent, request);
  const auto seen = forwarded();
  reply.add("Forward.ip", static_cast<std::int64_t>(seen.ip));
  reply.add("Forward.ip6", static_cast<std::int64_t>(seen.ip6));
  reply.add("Forward.bridge", static_cast<std::int64_t>(seen.bridge));
  return reply;
}

}  // namespace

Message answer(agent::Agent& agent, const Message& request) {
  if (request.verb == "counters") return do_counters(agent, request);
  if (request.verb != "knobs") return agent::answer(agent, request);
  auto reply = do_knobs(request);
  reply.sequence = request.sequence;
  return reply;
}

}  // namespace refrag::wire
