// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/verbs.hpp"

#include <utility>

#include "framework/protocol/base64.hpp"
#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/facts.hpp"
#include "vm-images/agent/machine.hpp"
#include "vm-images/agent/offloads.hpp"
#include "vm-images/agent/sweep.hpp"

namespace refrag::agent {
namespace {

using protocol::error_reply;
using protocol::Message;

constexpr std::size_t kLogLimit = 65536;
constexpr std::size_t kCaptureLimit = 16384;  // bytes of one reply: a damaged one is said again
constexpr Micros kMillisecond = 1000;
constexpr int kMaxWait = 60000;  // milliseconds
constexpr int kMaxVlan = 4094;
constexpr int kMaxSession = 65534;  // RFC 2516 keeps 0 and 65535
constexpr std::size_t kMaxBeside = 7;

Message ok() { return Message{0, std::string(protocol::kOk)}; }

Message outcome(const Problem& failed) { return failed.empty() ? ok() : error_reply(failed); }

std::string text(const Message& request, std::string_view key) {
  return std::string(request.text(key).value_or(""));
}

Micros wait_of(const Message& request) {
  return request.number("wait", 0, kMaxWait).value_or(0) * kMillisecond;
}

void add_link(Message& reply, const Link& link) {
  reply.add("link", link.name + "," + link.mac + "," + std::to_string(link.mtu) +
                        (link.up ? ",up" : ",down") + (link.carrier ? ",carrier" : ",no-carrier"));
}

// Who says hello is not who listened before.
Message do_hello(Agent& agent, const Message&) {
  agent.capture.stop();
  auto reply = hello(agent.links);
  reply.verb = protocol::kOk;
  return reply;
}

Message do_link(Agent& agent, const Message& request) {
  const auto name = text(request, "dev");
  if (auto failed = agent.links.await(name, wait_of(request)); !failed.empty()) {
    return error_reply(failed);
  }
  std::optional<int> mtu;
  std::optional<bool> up;
  if (const auto value = request.number("mtu", 68, 65535)) mtu = static_cast<int>(*value);
  if (const auto value = request.number("up", 0, 1)) up = *value == 1;
  if (request.text("mtu") && !mtu) return error_reply("mtu is 68 to 65535 bytes");
  if (auto failed = agent.links.set(name, mtu, up); !failed.empty()) return error_reply(failed);
  if (const auto address = text(request, "address"); !address.empty()) {
    if (auto failed = agent.links.add_address(name, address); !failed.empty()) {
      return error_reply(failed);
    }
  }
  const auto link = agent.links.find(name);
  if (!link) return error_reply("no such device: " + name);
  auto reply = ok();
  add_link(reply, *link);
  return reply;
}

Message do_vlan(Agent& agent, const Message& request) {
  const auto parent = text(request, "parent");
  const auto id = request.number("id", 0, kMaxVlan);
  if (!id) return error_reply("a VLAN id is 0 to 4094");
  if (auto failed = agent.links.await(parent, wait_of(request)); !failed.empty()) {
    return error_reply(failed);
  }
  const Vlan vlan{static_cast<int>(*id), request.number("service", 0, 1) == 1,
                  static_cast<int>(request.number("priority", 0, 7).value_or(0))};
  return outcome(agent.links.add_vlan(parent, text(request, "dev"), vlan));
}

Message do_session(Agent& agent, const Message& request) {
  const auto parent = text(request, "parent");
  const auto id = request.number("id", 1, kMaxSession);
  const auto peer = parse_mac(text(request, "peer"));
  if (!id) return error_reply("a session's id is 1 to 65534");
  if (!peer) return error_reply("no MAC: " + text(request, "peer"));
  if (auto failed = agent.links.await(parent, wait_of(request)); !failed.empty()) {
    return error_reply(failed);
  }
  return outcome(agent.sessions.add({.device = text(request, "dev"),
                                     .parent = parent,
                                     .peer = *peer,
                                     .id = static_cast<std::uint16_t>(*id),
                                     .may_load = agent.owns_machine}));
}

Message do_unlink(Agent& agent, const Message& request) {
  const auto name = text(request, "dev");
  if (agent.sessions.remove(name)) return ok();
  if (auto failed = agent.links.await(name, 0); !failed.empty()) return error_reply(failed);
  return outcome(agent.links.remove(name));
}

Message do_offloads(Agent& agent, const Message& request) {
  const auto name = text(request, "dev"), value = text(request, "value");
  if (auto failed = agent.links.await(name, 0); !failed.empty()) return error_reply(failed);
  if (!value.empty() && !request.number("value", 0, 1)) return error_reply("offloads are 0 or 1");
  if (auto failed = value.empty() ? Problem() : set_offloads({name}, value); !failed.empty()) {
    return error_reply(failed);
  }
  auto reply = ok();
  reply.add("value", offloads_in_force({name}));
  return reply;
}

Message do_links(Agent& agent, const Message&) {
  auto reply = ok();
  for (const Link& link : agent.links.list()) add_link(reply, link);
  return reply;
}

Message do_warm(Agent& agent, const Message& request) {
  const auto to = text(request, "to");
  const auto result = warm(to, text(request, "dev"), wait_of(request), agent.watch);
  if (const auto* failed = std::get_if<Problem>(&result)) return error_reply(*failed);
  const auto& warmth = *std::get_if<Warmth>(&result);
  auto reply = ok();
  reply.add("answered", warmth.answered);
  reply.add("tries", warmth.tries);
  reply.add("rtt_us", warmth.rtt);
  reply.add("mac", agent.links.neighbour(to));
  return reply;
}

Message do_sweep(Agent& agent, const Message& request) {
  auto all = std::exchange(agent.beside, {});
  const auto wanted = protocol::to_sweep_request(request);
  if (!wanted) return error_reply("not a sweep that can be run");
  all.insert(all.begin(), *wanted);
  agent.capture.begin();
  const auto result = sweep(all, agent.watch);
  if (const auto* failed = std::get_if<Problem>(&result)) return error_reply(*failed);
  if (auto failed = agent.sessions.trouble(agent.links); !failed.empty()) {
    return error_reply(failed);
  }
  return protocol::to_message(*std::get_if<protocol::SweepResult>(&result));
}

Message do_beside(Agent& agent, const Message& request) {
  const auto wanted = protocol::to_sweep_request(request);
  if (!wanted || agent.beside.size() >= kMaxBeside) {
    return error_reply("not a sweep that can be run beside another");
  }
  agent.beside.push_back(*wanted);
  return ok();
}

Message do_rehearse(Agent& agent, const Message& request) {
  agent.rehearsal = protocol::to_sweep_request(request);
  return agent.rehearsal ? ok() : error_reply("not a sweep that can be run");
}

Message do_watch(Agent& agent, const Message& request) {
  const auto wanted = protocol::to_watch_request(request);
  if (!wanted) return error_reply("not a sweep that can be watched");
  if (!wanted->also) agent.capture.begin();
  return outcome(agent.watch.begin(*wanted));
}

Message do_seen(Agent& agent, const Message&) {
  const auto result = agent.watch.end();
  if (const auto* failed = std::get_if<Problem>(&result)) return error_reply(*failed);
  if (auto failed = agent.sessions.trouble(agent.links); !failed.empty()) {
    return error_reply(failed);
  }
  return protocol::to_message(std::get<std::vector<protocol::SeenSize>>(result));
}

Message do_listen(Agent& agent, const Message& request) {
  return outcome(agent.capture.listen(text(request, "dev")));
}

// Numbers go on from what has been taken down by the request that begins.
Message do_marks(Agent& agent, const Message& request) {
  const auto& marks = agent.capture.marks();
  const auto from = static_cast<std::size_t>(request.number("from", 0, INT32_MAX).value_or(0));
  if (from == 0) agent.capture.take_down();
  std::string data;
  for (auto i = from; i < marks.size() && data.size() < kCaptureLimit; ++i) {
    protocol::append_mark(data, marks[i]);
  }
  auto reply = ok();
  reply.add("count", static_cast<std::int64_t>(marks.size()));
  reply.add("missed", std::int64_t{agent.capture.missed()});
  reply.add("now", static_cast<std::int64_t>(unix_time()));
  reply.add("data", protocol::to_base64(data));
  return reply;
}

Message do_frames(Agent& agent, const Message& request) {
  std::string data;
  for (const auto& field : request.fields) {
    const auto number = protocol::to_number(field.value).value_or(-1);
    if (field.key != "frame" || number < 0) continue;
    if (static_cast<std::size_t>(number) >= agent.capture.marks().size()) break;
    const auto frame = agent.capture.frame(static_cast<std::size_t>(number));
    if (!data.empty() && data.size() + frame.size() > kCaptureLimit) break;
    data += frame;
  }
  auto reply = ok();
  reply.add("data", protocol::to_base64(data));
  return reply;
}

Message do_flush(Agent& agent, const Message&) { return outcome(agent.links.flush()); }

Message do_counters(Agent&, const Message& request) {
  const auto snmp = read_file("/proc/net/snmp");
  if (!snmp) return error_reply(problem("reading /proc/net/snmp"));
  auto reply = ok();
  for (const auto& [name, value] : snmp_counters(*snmp, text(request, "prefix"))) {
    reply.add(name, value);
  }
  return reply;
}

// Of a line "<N>...", whose number has the facility in its upper bits. One without goes through.
constexpr int kDebug = 7;
std::int64_t level_of(std::string_view line) {
  if (!line.starts_with('<')) return 0;
  const auto number = line.substr(1, line.find('>') - 1);
  return protocol::to_number(number).value_or(0) & kDebug;
}

Message do_kmsg(Agent& agent, const Message& request) {
  if (!agent.owns_machine) return error_reply("the kernel log belongs to somebody else here");
  const bool skip = request.number("skip", 0, 1) == 1;
  const auto level = request.number("level", 0, kDebug).value_or(kDebug);
  const auto log = kernel_log(skip ? SIZE_MAX : kLogLimit);
  if (!log) return error_reply(problem("reading the kernel log"));
  auto reply = ok();
  if (skip) return reply;
  for (std::string_view rest = *log; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto line = rest.substr(0, end);
    if (level_of(line) <= level) reply.add("line", line);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return reply;
}

Message do_poweroff(Agent& agent, const Message&) {
  agent.asked_to_end = true;
  return ok();
}

struct Verb {
  std::string_view name;
  Message (*run)(Agent& agent, const Message& request);
};

constexpr Verb kVerbs[] = {
    {"hello", do_hello},       {"link", do_link},         {"vlan", do_vlan},
    {"unlink", do_unlink},     {"links", do_links},       {"warm", do_warm},
    {"sweep", do_sweep},       {"watch", do_watch},       {"seen", do_seen},
    {"flush", do_flush},       {"kmsg", do_kmsg},         {"counters", do_counters},
    {"poweroff", do_poweroff}, {"rehearse", do_rehearse}, {"beside", do_beside},
    {"listen", do_listen},     {"marks", do_marks},       {"frames", do_frames},
    {"offloads", do_offloads}, {"session", do_session},
};

}  // namespace

Message answer(Agent& agent, const Message& request) {
  Message reply = error_reply("no such verb: " + request.verb);
  for (const Verb& verb : kVerbs) {
    if (verb.name == request.verb) reply = verb.run(agent, request);
  }
  reply.sequence = request.sequence;
  return reply;
}

void catch_up(Agent& agent) {
  if (const auto request = std::exchange(agent.rehearsal, std::nullopt)) {
    sweep({*request}, agent.watch);
  }
}

}  // namespace refrag::agent
