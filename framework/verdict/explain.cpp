// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/explain.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace refrag::verdict {

namespace {

// Where one way ends: the last tap that saw all of it, and the next, which did not see the same.
struct Break {
  bool is_reply = false;
  const Sighting* first = nullptr;
  const Sighting* before = nullptr;  // null: not even the first tap saw all of it
  const Sighting* after = nullptr;   // null: all taps saw it
};

std::string tags_text(const Sighting& sighting) {
  if (sighting.tags.empty()) return {};
  const auto& first = sighting.tags.front();
  const bool is_one = std::ranges::all_of(sighting.tags, [&](auto& tag) { return tag == first; });
  return is_one ? first : fmt::format("{}", fmt::join(sighting.tags, ", "));
}

bool is_over(const Sighting& sighting, int mtu) {
  return std::ranges::any_of(sighting.lengths, [&](int length) { return length > mtu; });
}

Break break_of(const std::vector<Sighting>& way, bool is_reply) {
  Break found{.is_reply = is_reply};
  if (way.empty()) return found;
  found.first = &way.front();
  for (const auto& sighting : way) {
    const bool as_sent = sighting.whole && sighting.tags.front() == way.front().tags.front();
    if (!as_sent) {
      found.after = &sighting;
      return found;
    }
    found.before = &sighting;
  }
  return found;
}

// Of the request, and of the reply when the request arrived.
Break break_of(const Witness& witness) {
  const auto there = break_of(witness.request, false);
  if (there.after != nullptr || witness.reply.empty()) return there;
  return break_of(witness.reply, true);
}

std::string counter_text(const Counters& moved, std::initializer_list<const char*> names) {
  std::vector<std::string> texts;
  for (const auto* name : names) {
    const auto found = moved.find(name);
    if (found != moved.end()) texts.push_back(fmt::format("{} {:+}", name, found->second));
  }
  return fmt::format("{}", fmt::join(texts, ", "));
}

// What the counters say about it; begins with a comma.
std::string reassembly_text(const Witness& witness) {
  const auto done = counter_text(witness.moved, {"ReasmOKs", "Ip6.ReasmOKs"});
  const auto failed = counter_text(witness.moved, {"ReasmFails", "Ip6.ReasmFails"});
  const auto cut = counter_text(witness.moved, {"FragOKs", "FragCreates", "Ip6.FragCreates"});
  const auto uncut = counter_text(witness.moved, {"FragFails", "Ip6.FragFails"});
  std::string text;
  if (!done.empty()) text += fmt::format(", was reassembled ({})", done);
  if (!failed.empty()) text += fmt::format(", could not be reassembled ({})", failed);
  if (!cut.empty()) text += fmt::format(", was fragmented again ({})", cut);
  if (!uncut.empty()) text += fmt::format(", could not be fragmented ({})", uncut);
  return text;
}

// The function itself is "dropped by the rules"; who called it tells more.
std::string site_text(const Drop& drop) {
  const bool is_hook = drop.site() == "nf_hook_slow" || drop.site() == "nf_hook_slow_list";
  auto text =
      drop.site().empty() ? std::string("a function that the kernel does not name") : drop.site();
  if (is_hook && drop.stack.size() > 1) text += fmt::format(" (called by {})", drop.stack[1]);
  const bool has_reason = !drop.reason.empty() && drop.reason != "NOT_SPECIFIED";
  return has_reason ? fmt::format("{}, reason {}", text, drop.reason) : text;
}

std::string drop_text(const Witness& witness, const std::string& so_far) {
  const auto* link = so_far.empty() ? "" : ",";
  if (const auto* drop = telling_drop(witness)) {
    return fmt::format("{} and was dropped in {}", link, site_text(*drop));
  }
  if (!witness.gaps.empty()) return fmt::format("{} and was lost ({})", link, witness.gaps.front());
  return fmt::format("{} and was lost without a drop that the kernel reports", link);
}

std::string end_text(const Break& at, int mtu) {
  const auto& after = *at.after;
  if (!after.seen()) return fmt::format("nothing left at {}", after.tap);
  if (!after.whole) return fmt::format("only {} left at {}", frames_text(after), after.tap);
  const auto over = is_over(after, mtu) ? fmt::format(", over the MTU of {}", mtu) : "";
  return fmt::format("it left at {} as {}{}", after.tap, frames_text(after), over);
}

// Both taps saw all of it, but not the same.
std::string altered_text(const Break& at, int mtu) {
  const auto was = tags_text(*at.before);
  return fmt::format("entered at {} as {} with tag {} and left at {} as {} with tag {}{}",
                     at.before->tap, frames_text(*at.before), was, at.after->tap,
                     frames_text(*at.after), tags_text(*at.after),
                     is_over(*at.after, mtu) ? fmt::format(", over the MTU of {}", mtu) : "");
}

// Not in the bridge, but between one end and its port.
std::string cable_text(const Break& at, int mtu) {
  const auto &before = *at.before, &after = *at.after;
  const auto over = is_over(before, mtu) ? fmt::format(", over the MTU of {},", mtu) : "";
  const auto text = fmt::format("{} {} as {}{}", before.in_guest ? "was sent by" : "left at",
                                before.tap, frames_text(before), over);
  if (!after.seen()) return fmt::format("{} and never reached {}", text, after.tap);
  const auto tag = after.whole ? fmt::format(" with tag {}", tags_text(after)) : "";
  return fmt::format("{} and reached {} as {}{}{}", text, after.tap, after.whole ? "" : "only ",
                     frames_text(after), tag);
}

std::string left_text(const std::vector<Sighting>& way, int mtu) {
  const auto& last = way.back();
  const auto over = is_over(last, mtu) ? fmt::format(", over the MTU of {}", mtu) : "";
  return fmt::format("{} {} as {}{}", last.in_guest ? "reached" : "left at", last.tap,
                     frames_text(last), over);
}

// "request 1477", "request 1477 arrived; its reply"
std::string subject_text(int size, const Witness& witness, const Break& at) {
  if (!at.is_reply) return fmt::format("request {}", size);
  const auto& peer = witness.request.back();
  const auto how = peer.in_guest ? fmt::format("reached {}", peer.tap) : std::string("arrived");
  return fmt::format("request {} {}; its reply", size, how);
}

}  // namespace

std::string frames_text(const Sighting& sighting) {
  const auto& lengths = sighting.lengths;
  if (lengths.empty()) return "nothing";
  std::vector<std::string> parts;
  for (std::size_t i = 0, same = 0; i < lengths.size(); i = same) {
    while (same < lengths.size() && lengths[same] == lengths[i]) ++same;
    const auto run = same - i;
    parts.push_back(run > 2    ? fmt::format("{}x{}", run, lengths[i])
                    : run == 2 ? fmt::format("{0}+{0}", lengths[i])
                               : fmt::format("{}", lengths[i]));
  }
  return fmt::format("{}", fmt::join(parts, "+"));
}

const Drop* telling_drop(const Witness& witness) {
  constexpr std::array<int, 5> carriers = {0x0800, 0x8100, 0x86dd, 0x88a8, 0x8864};
  constexpr std::array<std::string_view, 4> bridge = {"br_", "nf_", "ip_do_fragment",
                                                      "ip6_fragment"};
  const Drop* found = nullptr;
  for (const auto& drop : witness.drops) {
    if (std::ranges::find(carriers, drop.protocol) == carriers.end()) continue;
    if (drop.site().starts_with("xenvif_rx_")) continue;  // it frees what the guest has got
    const bool is_bridges = std::ranges::any_of(drop.stack, [&](const std::string& function) {
      return std::ranges::any_of(bridge, [&](auto begin) { return function.starts_with(begin); });
    });
    if (is_bridges) return &drop;
    if (found == nullptr) found = &drop;
  }
  return found;
}

std::string explain(int size, int mtu, const Witness& witness) {
  if (witness.sent == 0) return fmt::format("{} could not be sent again", size);
  if (witness.lost == 0) {
    return fmt::format("{} came back {} of {} times when it was sent again", size,
                       witness.sent - witness.lost, witness.sent);
  }
  const auto at = break_of(witness);
  if (at.first == nullptr) {
    const auto what = reassembly_text(witness);
    return fmt::format("echo {}{}{}", size, what, drop_text(witness, what));
  }
  const auto who = subject_text(size, witness, at);
  if (at.after == nullptr) {
    return fmt::format("request {} {}, and its reply {}; what arrived was not taken", size,
                       left_text(witness.request, mtu), left_text(witness.reply, mtu));
  }
  if (at.is_reply && at.before == nullptr && !at.after->seen()) {
    return fmt::format("request {} {}, and {}", size, left_text(witness.request, mtu),
                       at.after->in_guest ? "it did not answer" : "was not answered");
  }
  if (at.before == nullptr) return fmt::format("{} was not seen at {}", who, at.after->tap);
  if (at.before->in_guest || at.after->in_guest)
    return fmt::format("{} {}", who, cable_text(at, mtu));
  if (at.after->whole) return fmt::format("{} {}", who, altered_text(at, mtu));
  auto text = fmt::format("{} entered at {} as {}", who, at.before->tap, frames_text(*at.before));
  const auto what = reassembly_text(witness);
  text += what + drop_text(witness, what);
  return fmt::format("{}; {}", text, end_text(at, mtu));
}

namespace {

// "  request  vif1.0: 1500+25 (vlan3) --> [bridge] --x  vif2.0: nothing"
std::string link(const Sighting& from, const Sighting& to) {
  if (!from.seen() && !to.seen()) return ", ";
  const bool is_bridge = !from.in_guest && !to.in_guest;
  return fmt::format("{}{}", is_bridge ? " --> [bridge]" : "", to.seen() ? " --> " : " --x  ");
}

std::string drawing(const char* name, const std::vector<Sighting>& way) {
  std::string text = fmt::format("  {:<8}", name);
  for (std::size_t i = 0; i < way.size(); ++i) {
    const auto& one = way[i];
    if (i > 0) text += link(way[i - 1], one);
    text += fmt::format("{}: {}", one.tap, frames_text(one));
    if (one.seen()) text += fmt::format(" ({})", tags_text(one));
    if (one.seen() && !one.whole) text += " incomplete";
  }
  return text;
}

}  // namespace

std::vector<std::string> story(int size, int mtu, const Witness& witness) {
  std::vector<std::string> lines = {
      fmt::format("{} bytes of payload, MTU {}: {}", size, mtu, explain(size, mtu, witness))};
  if (!witness.request.empty()) lines.push_back(drawing("request", witness.request));
  const bool answered = std::ranges::any_of(witness.reply, &Sighting::seen);
  if (answered) lines.push_back(drawing("reply", witness.reply));
  for (const auto& [name, by] : witness.moved) lines.push_back(fmt::format("  {} {:+}", name, by));
  for (const auto& drop : witness.drops) {
    constexpr std::ptrdiff_t most = 8;
    const auto end = drop.stack.begin() + std::min(most, std::ssize(drop.stack));
    lines.push_back(fmt::format("  dropped {}in {} (EtherType {:04x}) by way of {}",
                                drop.count > 1 ? fmt::format("{} times ", drop.count) : "",
                                site_text(drop), drop.protocol,
                                fmt::join(drop.stack.begin(), end, " < ")));
  }
  for (const auto& flow : witness.flows) lines.push_back(fmt::format("  tracked: {}", flow));
  for (const auto& gap : witness.gaps) lines.push_back(fmt::format("  not watched: {}", gap));
  return lines;
}

}  // namespace refrag::verdict
