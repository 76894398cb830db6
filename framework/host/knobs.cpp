// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/knobs.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

using base::Error;
using base::Fault;
using verdict::Knobs;
namespace knob = verdict::knob;

namespace {

// A rule that makes connection tracking look at what is forwarded; since 4.10 loading the module
// does nothing without one (834184b1f3a4).
constexpr std::string_view add_rule = R"(
nft list table ip refrag >/dev/null 2>&1 || nft -f - <<'END'
table ip refrag {
  chain forward {
    type filter hook forward priority 0; policy accept;
    ct state new,established,related counter accept
  }
}
END)";
constexpr std::string_view delete_rule =
    "! nft list table ip refrag >/dev/null 2>&1 || nft delete table ip refrag";

// As few processes as can be: under emulation each costs a tenth of a second. (A shell's own `read`
// does not serve here: it reads by the byte, and a sysctl gives its value to the first read alone.)
constexpr std::string_view read_sysctls = R"(
cd /proc/sys/net/bridge 2>/dev/null || { echo "br_netfilter is not loaded"; exit 1; }
grep -H . bridge-nf-call-iptables bridge-nf-filter-vlan-tagged
)";
constexpr std::string_view read_rule = R"(
if nft list table ip refrag >/dev/null 2>&1; then rule=present; else rule=absent; fi
echo "conntrack-rule:$rule")";

std::string read_script() { return std::string(read_sysctls) + std::string(read_rule); }

Knobs parse(const std::string& said) {
  Knobs knobs;
  for (const auto& line : base::split(said, '\n')) {
    const auto colon = line.find(':');
    if (colon != std::string::npos) knobs[line.substr(0, colon)] = line.substr(colon + 1);
  }
  for (const auto name : {knob::call_iptables, knob::filter_vlan_tagged, knob::conntrack_rule}) {
    if (knobs.contains(name)) continue;
    throw Error(Fault::lab, fmt::format("the host does not say what {} is", name));
  }
  return knobs;
}

std::string set_script(const Knobs& knobs) {
  std::string script = "set -e\n";
  for (const auto& [name, value] : knobs) {
    if (name == knob::conntrack_rule) {
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

Knobs read_knobs(Shell& shell, base::Deadline deadline) {
  return base::doing("reading the host's knobs",
                     [&] { return parse(shell.run_ok(read_script(), deadline)); });
}

Knobs set_knobs(Shell& shell, const Knobs& knobs, base::Deadline deadline) {
  return base::doing("setting the host's knobs", [&] {
    return parse(shell.run_ok(set_script(knobs) + read_script(), deadline));
  });
}

Knobs set_sysctls(Shell& shell, Knobs knobs, base::Deadline deadline) {
  auto rule = knobs.extract(std::string(knob::conntrack_rule));
  return base::doing("setting the host's sysctls", [&] {
    const auto said = shell.run_ok(set_script(knobs) + std::string(read_sysctls), deadline);
    return parse(fmt::format("{}\n{}:{}", said, knob::conntrack_rule, rule.mapped()));
  });
}

KnobGuard::KnobGuard(Shell& shell, base::Deadline deadline)
    : shell_(shell), before_(read_knobs(shell, deadline)) {}

void KnobGuard::restore(base::Deadline deadline) {
  restored_ = true;
  if (set_knobs(shell_, before_, deadline) != before_) {
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
