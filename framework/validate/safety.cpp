// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/safety.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/verdict/signature.hpp"

namespace refrag::validate {

using verdict::CaseRecord;
using verdict::Outcome;
using verdict::SweepRecord;
namespace knob = verdict::knob;

namespace {

// What the host does with the frames of its guests.
struct Hooks {
  std::string call = "0";  // bridge-nf-call-iptables
  std::string vlan = "0";  // bridge-nf-filter-vlan-tagged
  bool loaded = false;     // br_netfilter
  bool bridge = false;     // on for this bridge alone
  bool tracks = false;     // a rule uses connection tracking
  bool on() const { return loaded && (call == "1" || bridge); }
  bool on_for_vlans() const { return on() && vlan == "1"; }
};

Hooks hooks_of(const Seen& seen) {
  Hooks hooks;
  const auto sysctls = seen.survey.bridge_sysctls();
  hooks.loaded = !sysctls.empty();
  const auto value = [&](std::string_view name, std::string& into) {
    const auto found = sysctls.find(std::string(name));
    if (found != sysctls.end()) into = found->second;
  };
  value(knob::call_iptables, hooks.call);
  value(knob::filter_vlan_tagged, hooks.vlan);
  hooks.bridge = seen.survey.hooked_bridges().contains(seen.bridge);
  hooks.tracks = seen.survey.tracks_connections();
  return hooks;
}

bool is_as_found(const CaseRecord& record) { return record.id.cell.at("host") == "as-found"; }

std::vector<CaseRecord> select(const Seen& seen, bool as_found) {
  std::vector<CaseRecord> chosen;
  std::ranges::copy_if(seen.cases, std::back_inserter(chosen),
                       [&](const CaseRecord& r) { return is_as_found(r) == as_found; });
  return chosen;
}

std::string signature_words(std::span<const CaseRecord> cases, int mtu,
                            const verdict::KnownBugs& bugs) {
  const auto signature = verdict::signature_of(cases, mtu, bugs);
  return signature.text.substr(0, signature.text.find('\n'));
}

// Datagrams that the host put together while we watched.
std::int64_t reassembled(const Seen& seen) {
  std::int64_t sum = 0;
  for (const auto& sweep : seen.sweeps) {
    if (sweep.cell.at("host") == "as-found") sum += sweep.evidence.moved("ReasmOKs").value_or(0);
  }
  return sum;
}

std::string why_safe(const Seen& seen, const Hooks& hooks, std::size_t cases) {
  const auto head = fmt::format("all {} echoes' sizes came through unharmed", cases);
  if (!hooks.loaded) {
    return head + "; br_netfilter is not loaded, so the bridge shows nothing to the host's rules";
  }
  if (!hooks.on()) {
    return head + "; bridge-nf-call-iptables is 0, so the bridge shows nothing to the host's rules";
  }
  if (!hooks.on_for_vlans()) {
    return head +
           "; bridge-nf-filter-vlan-tagged is 0, which keeps VLAN frames out of connection "
           "tracking";
  }
  const auto count = reassembled(seen);
  if (count == 0) {
    return head +
           "; the hooks are on, but no rule uses connection tracking: nothing is reassembled";
  }
  return fmt::format(
      "{}; the bridge reassembled {} datagrams for connection tracking and fragmented them again",
      head, count);
}

std::string why_not_safe(const std::vector<CaseRecord>& cases, int mtu,
                         const verdict::KnownBugs& bugs) {
  const auto is_bad = [](const CaseRecord& r) { return verdict::is_finding(r.judgement.outcome); };
  const auto count = std::ranges::count_if(cases, is_bad);
  const auto first = std::ranges::find_if(cases, is_bad);
  auto words = signature_words(cases, mtu, bugs);
  if (words.empty()) words = first->judgement.reason;
  return fmt::format("{} of {} cases failed: {}", count, cases.size(), words);
}

// A setting that was another one in a sweep than when the host was looked at; without br_netfilter
// the hooks are off.
std::string changed_since(const Seen& seen) {
  const auto found = seen.survey.bridge_sysctls();
  for (const auto& sweep : seen.sweeps) {
    if (sweep.cell.at("host") != "as-found") continue;
    for (const auto& [name, now] : sweep.evidence.knobs_before) {
      const auto known = found.find(name);
      if (known == found.end() && !name.starts_with("bridge-nf-call-")) continue;
      const auto before = known == found.end() ? std::string("0") : known->second;
      if (now == before || (now == "absent" && before == "0")) continue;
      return fmt::format(
          "{} was {} before our guests came and {} in a sweep: something else on this host changes "
          "it",
          name, before, now);
    }
  }
  return {};
}

std::string why_cannot_tell(const std::vector<CaseRecord>& cases, const Seen& seen,
                            const Hooks& hooks) {
  if (cases.empty()) return "nothing was tried";
  const auto doubtful = std::ranges::find_if(
      cases, [](const CaseRecord& r) { return r.judgement.outcome != Outcome::passed; });
  auto why = doubtful->judgement.reason;
  if (hooks.on() && seen.survey.drops_forwarded()) {
    why += "; the host's rules drop what is forwarded, and bridge-nf-call-iptables is 1";
  }
  return why;
}

std::vector<std::string> settings_of(const Seen& seen, const Hooks& hooks) {
  std::vector<std::string> lines;
  if (!hooks.loaded) {
    lines.emplace_back("br_netfilter is not loaded");
  } else {
    for (const auto& [name, value] : seen.survey.bridge_sysctls()) {
      if (name.find("tables") != std::string::npos || name == knob::filter_vlan_tagged) {
        lines.push_back(fmt::format("{} = {}", name, value));
      }
    }
  }
  if (hooks.bridge) lines.push_back(fmt::format("{}: nf_call_iptables = 1", seen.bridge));
  lines.emplace_back(hooks.tracks ? "the rule set uses connection tracking"
                                  : "no rule uses connection tracking");
  for (const auto& name : seen.survey.meddlers()) lines.push_back(name + " is running");
  return lines;
}

// Whether what is sent here could show it, under any setting of the hooks.
bool is_tried(const verdict::KnownBug& bug, int mtu) {
  for (const auto* tag : {"none", "vlan3"}) {
    for (const auto* nf : {"1", "0"}) {
      if (bug.affects({{"tag", tag}, {"nf", nf}, {"port", std::to_string(mtu)}})) return true;
    }
  }
  return false;
}

void place_kernel(Opinion& opinion, const Seen& seen, const verdict::KnownBugs& bugs) {
  const auto release = seen.survey.release();
  const auto version = seen.survey.kernel_version();
  std::vector<std::string> has;
  for (const auto& bug : bugs) {
    if (!bug.is_expected_on(version)) continue;
    if (is_tried(bug, seen.mtu)) {
      has.push_back(fmt::format("is known {} {}: {}", bug.always ? "to have" : "to have, at times,",
                                bug.signature, bug.meaning));
    } else {
      opinion.not_tried.push_back(fmt::format("{}: {}", bug.signature, bug.meaning));
    }
  }
  opinion.kernel =
      fmt::format("{}{} {}", release, version == release ? "" : fmt::format(" ({})", version),
                  has.empty() ? "is not in the range of any known bug with such traffic"
                              : fmt::format("{}", fmt::join(has, "; ")));
}

void add_remedy(Opinion& opinion, const Seen& seen, const Hooks& hooks) {
  if (!hooks.on()) return;
  if (hooks.call == "1") {
    opinion.now.emplace_back("sysctl -w net.bridge.bridge-nf-call-iptables=0");
    opinion.for_good = {
        "echo br_netfilter >/etc/modules-load.d/br_netfilter.conf   # or the setting comes too "
        "early",
        "echo 'net.bridge.bridge-nf-call-iptables = 0' >/etc/sysctl.d/99-bridge-nf.conf"};
  }
  if (hooks.bridge) {
    opinion.now.push_back(
        fmt::format("echo 0 >/sys/class/net/{}/bridge/nf_call_iptables", seen.bridge));
  }
}

// What another setting does where it was tried, and what may set it.
void add_unsafe_if(Opinion& opinion, const Seen& seen, const Hooks& hooks,
                   const verdict::KnownBugs& bugs) {
  const auto others = select(seen, false);
  const auto words = signature_words(others, seen.mtu, bugs);
  const bool failed = std::ranges::any_of(
      others, [](const CaseRecord& r) { return verdict::is_finding(r.judgement.outcome); });
  if (failed) {
    opinion.unsafe_if.push_back(
        fmt::format("bridge-nf-call-iptables=1 with bridge-nf-filter-vlan-tagged=1 and a rule that "
                    "uses connection "
                    "tracking, as was tried here: {}",
                    words.empty() ? "cases fail" : words));
  }
  if (!others.empty() && !failed) return;
  if (hooks.on_for_vlans() && reassembled(seen) > 0) return;  // that is how it is
  const auto* const setting = hooks.on() ? "whoever sets bridge-nf-filter-vlan-tagged=1"
                                         : "a container engine that sets bridge-nf-call-iptables=1";
  opinion.unsafe_if.push_back(fmt::format(
      "{} {}", setting,
      failed ? "makes it so" : "might: on this kernel that was not tried (--toggle does)"));
}

}  // namespace

std::string_view to_text(Safety safety) {
  return safety == Safety::safe ? "safe" : safety == Safety::not_safe ? "not safe" : "cannot tell";
}

int exit_code(Safety safety) {
  return safety == Safety::safe ? 0 : safety == Safety::not_safe ? 1 : 4;
}

Opinion opinion_of(const Seen& seen, const verdict::KnownBugs& bugs) {
  const auto cases = select(seen, true);
  const auto hooks = hooks_of(seen);
  const auto any = [&](auto&& is) {
    return std::ranges::any_of(cases, [&](const CaseRecord& r) { return is(r.judgement.outcome); });
  };
  Opinion opinion;
  opinion.settings = settings_of(seen, hooks);
  place_kernel(opinion, seen, bugs);
  if (any([](Outcome o) { return verdict::is_finding(o); })) {
    opinion.safety = Safety::not_safe;
    opinion.why = why_not_safe(cases, seen.mtu, bugs);
    add_remedy(opinion, seen, hooks);
  } else if (cases.empty() || any([](Outcome o) { return o != Outcome::passed; })) {
    opinion.why = why_cannot_tell(cases, seen, hooks);
  } else if (const auto changed = changed_since(seen); !changed.empty()) {
    opinion.why = changed;
  } else {
    opinion.safety = Safety::safe;
    opinion.why = why_safe(seen, hooks, cases.size());
    add_unsafe_if(opinion, seen, hooks, bugs);
  }
  return opinion;
}

std::string text_of(const Opinion& opinion) {
  auto text = fmt::format("{}: {}\n", to_text(opinion.safety), opinion.why);
  const auto list = [&](std::string_view title, const std::vector<std::string>& lines) {
    if (lines.empty()) return;
    text += fmt::format("\n{}\n", title);
    for (const auto& line : lines) text += fmt::format("  {}\n", line);
  };
  auto decided = opinion.settings;
  decided.push_back("kernel " + opinion.kernel);
  list("What decides it:", decided);
  list("Known of this kernel, in traffic that is not tried here:", opinion.not_tried);
  list("What mends it now:", opinion.now);
  list("What mends it for good:", opinion.for_good);
  list("What would make it unsafe:", opinion.unsafe_if);
  return text;
}

std::string json_of(const Opinion& opinion) {
  const nlohmann::json object = {{"verdict", to_text(opinion.safety)},
                                 {"why", opinion.why},
                                 {"settings", opinion.settings},
                                 {"kernel", opinion.kernel},
                                 {"not_tried", opinion.not_tried},
                                 {"remedy", {{"now", opinion.now}, {"for_good", opinion.for_good}}},
                                 {"unsafe_if", opinion.unsafe_if}};
  return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace refrag::validate
