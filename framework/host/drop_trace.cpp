// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/drop_trace.hpp"

#include <algorithm>
#include <array>

#include "framework/base/text.hpp"

namespace refrag::host {

using base::Deadline;
using verdict::Drop;

namespace {

constexpr std::string_view event = "kfree_skb: ";
constexpr std::string_view stack_line = "=> ";
constexpr std::size_t deepest_stack = 24;
constexpr const char* event_switch = "/events/skb/kfree_skb/enable";
constexpr const char* stack_switch = "/options/stacktrace";
constexpr const char* record_switch = "/tracing_on";

// They carry the drop out or write it down; whoever called them dropped it.
bool is_machinery(std::string_view function) {
  constexpr std::array<std::string_view, 9> beginnings = {
      "trace_event_", "__traceiter_",       "__bpf_trace",  "ftrace_",        "kfree_skb",
      "__kfree_skb",  "sk_skb_reason_drop", "skb_release_", "do_trace_event_"};
  return std::ranges::any_of(beginnings,
                             [&](auto beginning) { return function.starts_with(beginning); });
}

// The text behind "name=" or "name: " up to the next blank.
std::string_view value_of(std::string_view line, std::string_view name) {
  const auto at = line.find(name);
  if (at == line.npos) return {};
  const auto rest = line.substr(at + name.size());
  return base::trim(rest.substr(0, rest.find(' ', rest.find_first_not_of(' '))));
}

// "<idle>-0  [000] ..s1.  105.123456: kfree_skb: skbaddr=... protocol=2048 ... reason: X"
Drop parse_event(std::string_view line, std::size_t at) {
  Drop drop;
  drop.protocol =
      static_cast<int>(base::to_number(value_of(line.substr(at), "protocol=")).value_or(0));
  drop.reason = value_of(line.substr(at), "reason:");
  return drop;
}

// A datagram of forty fragments is forty times the same.
std::vector<Drop> merged(const std::vector<Drop>& drops) {
  std::vector<Drop> kinds;
  for (const auto& drop : drops) {
    const auto same = std::ranges::find_if(kinds, [&](const Drop& kind) {
      return kind.stack == drop.stack && kind.reason == drop.reason &&
             kind.protocol == drop.protocol;
    });
    if (same != kinds.end()) {
      ++same->count;
    } else {
      kinds.push_back(drop);
    }
  }
  return kinds;
}

}  // namespace

std::vector<Drop> parse_drops(std::string_view trace) {
  std::vector<Drop> drops;
  for (const auto& line : base::split(trace, '\n')) {
    const auto text = base::trim(line);
    if (text.starts_with('#')) continue;
    if (const auto at = text.find(event); at != text.npos) {
      drops.push_back(parse_event(text, at));
    } else if (text.starts_with(stack_line) && !drops.empty()) {
      auto& stack = drops.back().stack;
      const auto words = text.substr(stack_line.size());
      const auto function = words.substr(0, words.find_first_of(" +"));
      if (stack.empty() && is_machinery(function)) continue;
      if (stack.size() < deepest_stack) stack.push_back(base::printable(function));
    }
  }
  return merged(drops);
}

std::string DropTrace::begin(Deadline deadline) {
  // What is in the buffer before is somebody else's.
  const bool is_on =
      (!folder_.empty() || switch_on(deadline)) &&
      files_.write({{folder_ + "/trace", ""}, {folder_ + record_switch, "1"}}, deadline).empty();
  return is_on ? "" : "the kernel has no tracepoint skb:kfree_skb to ask";
}

bool DropTrace::switch_on(Deadline deadline) {
  for (const std::string folder : tracing_folders) {
    auto found = files_.read({folder + event_switch, folder + stack_switch, folder + record_switch},
                             deadline);
    std::vector<Files::Setting> wanted;
    for (const auto* name : {stack_switch, event_switch}) {
      if (base::trim(found[folder + name]) != "1") wanted.emplace_back(folder + name, "1");
    }
    if (!wanted.empty() && !files_.write(wanted, deadline).empty()) continue;
    folder_ = folder;
    found_ = std::move(found);
    return true;
  }
  return false;
}

std::vector<Drop> DropTrace::end(Deadline deadline) {
  if (folder_.empty()) return {};
  const auto path = folder_ + "/trace";
  files_.write({{folder_ + record_switch, "0"}}, deadline);
  const auto said = files_.read({path}, deadline);
  const auto trace = said.find(path);
  return trace == said.end() ? std::vector<Drop>() : parse_drops(trace->second);
}

void DropTrace::leave(Deadline deadline) {
  if (folder_.empty()) return;
  std::vector<Files::Setting> settings = {{folder_ + "/trace", ""}};
  for (const auto& [path, text] : found_) {
    const auto value = base::trim(text);
    if (path.ends_with(record_switch) || value != "1") settings.emplace_back(path, value);
  }
  files_.write(settings, deadline);
  folder_.clear();
}

}  // namespace refrag::host
