// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/knobs.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/host/counters.hpp"

namespace refrag::host {

using base::Error;
using base::Fault;
using verdict::HostState;
using verdict::Knobs;
namespace knob = verdict::knob;

namespace {

// A rule that makes connection tracking look at what is forwarded; since 4.10 loading the module
// does nothing without one (834184b1f3a4). Whether it was there before or not, one nft does it, and
// $rule is by the kernel's own echo of what it has added, or by listing where it echoes nothing, as
// Linux 5.10 does.
constexpr std::string_view delete_rule = R"(
nft -f - <<'END'
table ip refrag
delete table ip refrag
END
rule=absent)";
constexpr std::string_view add_rule = R"(
added=$(nft -e -f - <<'END'
table ip refrag
delete table ip refrag
table ip refrag {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ct state new,established,related counter accept
  }
}
END
)
case $added in
*'add rule ip refrag forward ct state'*) rule=present ;;
*) nft list table ip refrag >/dev/null 2>&1 && rule=present || rule=absent ;;
esac)";

// As few processes as can be: under emulation each costs a tenth of a second. (A shell's own `read`
// does not serve here: it reads by the byte, and a sysctl gives its value to the first read alone.)
constexpr std::string_view read_sysctls = R"(
cd /proc/sys/net/bridge 2>/dev/null ||
  printf '%s:absent\n' bridge-nf-call-iptables bridge-nf-filter-vlan-tagged
grep -s -H '^[0-9]\|^Ip:\|^nft_ct ' bridge-nf-call-iptables bridge-nf-filter-vlan-tagged \
  /proc/net/snmp /proc/modules || :
)";

// Listing rules takes the longest, so it goes on beside the rest; its answer is the last line.
constexpr std::string_view start_listing = "nft list table ip refrag >/dev/null 2>&1 &";
constexpr std::string_view end_listing =
    "wait $! && rule=present || rule=absent\nprintf '\\n%s\\n' conntrack-rule:$rule";
constexpr std::string_view meanwhile_mark = "@meanwhile";

std::string with_listing(std::string_view meanwhile) {
  return fmt::format("{}{}echo {}\n{}\n{}", start_listing, read_sysctls, meanwhile_mark, meanwhile,
                     end_listing);
}

std::string without_listing(std::string_view meanwhile, std::string_view rule) {
  return fmt::format("{}echo {}\n{}\nprintf '\\n%s\\n' {}:{}", read_sysctls, meanwhile_mark,
                     meanwhile, knob::conntrack_rule, rule);
}

// How many rules use nft_ct, as its line of /proc/modules has it: "nft_ct 16384 1 - Live ...".
std::string users_of(const std::string& module) {
  const auto words = base::split(module, ' ');
  return words.size() > 2 ? words[2] : std::string();
}

struct Answer {
  HostState state;
  std::string rule_users;
};

Answer parse(const std::string& said) {
  constexpr std::string_view snmp = "/proc/net/snmp";
  constexpr std::string_view modules = "/proc/modules";
  Answer answer;
  auto& state = answer.state;
  std::string counters;
  for (const auto& line : base::split(said, '\n')) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const auto value = line.substr(colon + 1);
    if (line.starts_with(snmp)) {
      counters += value + "\n";
    } else if (line.starts_with(modules)) {
      answer.rule_users = users_of(value);
    } else {
      state.knobs[line.substr(0, colon)] = value;
    }
  }
  for (const auto name : {knob::call_iptables, knob::filter_vlan_tagged, knob::conntrack_rule}) {
    if (state.knobs.contains(name)) continue;
    throw Error(Fault::lab, fmt::format("the host does not say what {} is", name));
  }
  state.counters = parse_snmp(counters);
  return answer;
}

struct Said {
  Answer answer;
  std::string meanwhile;
};

// What lies between the mark and the last line is nobody's business here: a kernel log can say
// anything.
Said parse_parts(const std::string& text) {
  const auto mark = text.find(fmt::format("{}\n", meanwhile_mark));
  const auto last = text.rfind('\n');
  if (mark == std::string::npos || last < mark) {
    throw Error(Fault::lab, "the host's answer makes no sense: " + base::last_lines(text, 3));
  }
  const auto start = mark + meanwhile_mark.size() + 1;
  return {parse(text.substr(0, mark) + text.substr(last + 1)),
          last > start ? text.substr(start, last - start) : std::string()};
}

std::string set_script(const Knobs& knobs, bool has_rule) {
  std::string script =
      "set -e\n[ -d /proc/sys/net/bridge ] || { echo br_netfilter is not loaded; exit 1; }\n";
  for (const auto& [name, value] : knobs) {
    if (name == knob::conntrack_rule) {
      if (has_rule) continue;
      script += value == "present" ? add_rule : delete_rule;
    } else {
      script += fmt::format("echo {} > /proc/sys/net/bridge/{}", base::shell_quote(value),
                            base::shell_quote(name));
    }
    script += "\n";
  }
  return script;
}

}  // namespace

Reading HostKnobs::ask(const std::string& script, base::Deadline deadline) {
  auto said = parse_parts(shell_.run_ok(script, deadline));
  const auto& users = said.answer.rule_users;
  if (rule_ && (users.empty() || users != rule_->users)) {
    rule_.reset();
    said.answer = parse_parts(shell_.run_ok(with_listing({}), deadline)).answer;
  }
  auto& state = said.answer.state;
  rule_ = Rule{state.knobs.find(knob::conntrack_rule)->second, users};
  return {std::move(state), std::move(said.meanwhile)};
}

Reading HostKnobs::read(std::string_view meanwhile, base::Deadline deadline) {
  const auto script = rule_ ? without_listing(meanwhile, rule_->state) : with_listing(meanwhile);
  return base::doing("reading the host's state", [&] { return ask(script, deadline); });
}

HostState HostKnobs::set(const Knobs& knobs, base::Deadline deadline) {
  const auto rule = knobs.find(knob::conntrack_rule);
  const bool has_rule = rule_ && rule != knobs.end() && rule_->state == rule->second;
  const bool sets_rule = rule != knobs.end() && !has_rule;
  auto script = set_script(knobs, has_rule);
  if (sets_rule) {
    rule_.reset();
    script += without_listing({}, "$rule");
  } else {
    script += rule_ ? without_listing({}, rule_->state) : with_listing({});
  }
  return base::doing("setting the host's knobs", [&] { return ask(script, deadline).state; });
}

KnobGuard::KnobGuard(HostKnobs& knobs, const Knobs& before) : knobs_(knobs), before_(before) {}

void KnobGuard::restore(base::Deadline deadline) {
  restored_ = true;
  if (knobs_.set(before_, deadline).knobs != before_) {
    throw Error(Fault::lab, "the host's knobs could not be put back as they were");
  }
}

KnobGuard::~KnobGuard() {
  const base::StopHeld held;
  try {
    if (!restored_) restore(base::Deadline::in(base::seconds(10)));
  } catch (const Error&) {
    // The host is gone, and its knobs with it; whoever lost it has said so.
  }
}

}  // namespace refrag::host
