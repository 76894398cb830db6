// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/knobs.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

using base::Error;
using base::Fault;

namespace {

constexpr std::string_view bridge_sysctls = "/proc/sys/net/bridge";

// A rule that makes connection tracking look at what is forwarded; since 4.10 it does nothing
// without one (834184b1f3a4). A table of our own, so that nobody else's rules are touched.
constexpr std::string_view add_rule = R"(
nft list table ip refrag >/dev/null 2>&1 || nft -f - <<'END'
table ip refrag {
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state new,established,related counter accept
  }
}
END)";
constexpr std::string_view delete_rule =
    "! nft list table ip refrag >/dev/null 2>&1 || nft delete table ip refrag";

constexpr std::string_view read_script = R"(
cd /proc/sys/net/bridge 2>/dev/null || { echo "br_netfilter is not loaded"; exit 1; }
cat bridge-nf-call-iptables bridge-nf-filter-vlan-tagged
if nft list table ip refrag >/dev/null 2>&1; then echo 1; else echo 0; fi)";

verdict::Knobs parse(const std::string& said) {
  const auto lines = base::split(said, '\n');
  if (lines.size() != 3) {
    throw Error(Fault::lab, fmt::format("the host's knobs cannot be read: {}", said));
  }
  const auto value = [&](std::size_t i) {
    return static_cast<int>(base::to_number(base::trim(lines[i])).value_or(-1));
  };
  return {.call_iptables = value(0), .filter_vlan_tagged = value(1), .conntrack = value(2) == 1};
}

std::string set_script(const verdict::Knobs& knobs) {
  return fmt::format(
      "set -e\n{}\necho {} > {}/bridge-nf-call-iptables\necho {} > {}/bridge-nf-filter-vlan-tagged\n",
      knobs.conntrack ? add_rule : delete_rule, knobs.call_iptables, bridge_sysctls,
      knobs.filter_vlan_tagged, bridge_sysctls);
}

}  // namespace

verdict::Knobs read_knobs(Shell& shell, base::Deadline deadline) {
  return base::doing("reading the host's knobs",
                     [&] { return parse(shell.run_ok(read_script, deadline)); });
}

verdict::Knobs set_knobs(Shell& shell, const verdict::Knobs& knobs, base::Deadline deadline) {
  return base::doing("setting the host's knobs", [&] {
    return parse(shell.run_ok(fmt::format("{}\n{}", set_script(knobs), read_script), deadline));
  });
}

KnobGuard::KnobGuard(Shell& shell, base::Deadline deadline)
    : shell_(shell), before_(read_knobs(shell, deadline)) {}

void KnobGuard::restore(base::Deadline deadline) {
  restored_ = true;
  if (!(set_knobs(shell_, before_, deadline) == before_)) {
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
