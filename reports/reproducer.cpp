// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/reproducer.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "framework/base/text.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/axes.hpp"
#include "framework/verdict/explain.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

using verdict::CaseRecord;

namespace {

// "vlan3" is 3, "none" is 0; nothing for what a plain machine's interfaces do not send.
std::optional<long> vlan_of(std::string_view tag) {
  constexpr std::string_view prefix = "vlan";
  if (tag == "none" || tag.empty()) return 0;
  return tag.starts_with(prefix) ? base::to_number(tag.substr(prefix.size())) : std::nullopt;
}

struct Flow {
  long vlan = 0;
  int family = 4;
};

std::optional<Flow> flow_of(std::string_view tag, std::string_view family) {
  const auto vlan = vlan_of(tag);
  if (!vlan) return std::nullopt;
  return Flow{*vlan, family == "ipv6" ? 6 : 4};
}

// The flow beside it, which the script sends before it.
std::optional<Flow> flow_before(const verdict::Cell& cell) {
  const auto words = base::split(verdict::axis_value(cell, "beside"), '/');
  return words.size() == 2 ? flow_of(words[0], words[1]) : std::nullopt;
}

// The script knows these axes; all others have to have their usual values.
bool can_show(const verdict::Cell& cell) {
  constexpr std::string_view known[] = {"tag", "nf", "dir", "family", "beside"};
  const auto is_known = [&](const auto& value) {
    return std::ranges::find(known, value.first) != std::end(known);
  };
  const auto nf = cell.at("nf");
  const bool has_beside = verdict::axis_value(cell, "beside") != "none";
  return std::ranges::all_of(cell.values(), is_known) && vlan_of(cell.at("tag")) &&
         (nf == "0" || nf == "1") && (!has_beside || flow_before(cell));
}

constexpr std::string_view set_up = R"(set -u
from=refrag-{from} to=refrag-{to} peer={peer}
cannot() {{ echo "cannot be told: $*"; exit 125; }}
take_down() {{
  for family in ip ip6; do nft delete table $family refrag; done
  for name in $(ip netns list | sed -n 's/^\(refrag-[ab][-0-9]*\).*/\1/p'); do ip netns del $name; done
  ip link del refrag-br
}} 2>/dev/null
trap take_down EXIT
take_down
taskset -cp 0 $$ >/dev/null 2>&1 # some state is kept for each processor
for module in bridge veth 8021q br_netfilter nf_tables nft_ct; do modprobe -q $module 2>/dev/null; done
[ -d /proc/sys/net/bridge ] || cannot "there is no br_netfilter"

# add_address END NUMBER DEVICE VLAN
add_address() {{
  ip -n refrag-$1 address add 10.99.$4.$2/24 dev $3 &&
    ip -n refrag-$1 address add fd99:$4::$2/64 dev $3 nodad
}}

ip link add refrag-br mtu {mtu} type bridge forward_delay 0 || cannot "no bridge"
number=0
for end in a b; do
  number=$((number + 1))
  ip netns add refrag-$end || cannot "no network namespaces"
  ip link add refrag-$end mtu {mtu} type veth peer name eth0 mtu {mtu} netns refrag-$end || cannot "no veth"
  ip link set refrag-$end master refrag-br up
  ip -n refrag-$end link set eth0 up
  add_address $end $number eth0 0 || cannot "no addresses"
{devices}done
ip link set refrag-br up

cd /proc/sys/net/bridge || cannot "there is no br_netfilter"
echo {nf} >bridge-nf-call-iptables
echo {nf} >bridge-nf-call-ip6tables
echo 1 >bridge-nf-filter-vlan-tagged
for family in ip ip6; do
  nft -f - <<END || cannot "no nf_tables"
table $family refrag {{
  chain forward {{
    type filter hook forward priority 0; policy accept;
    ct state new,established,related accept
  }}
}}
END
done
)";

// A host takes what is for it on any of its interfaces, in the wrong VLAN too: so each VLAN is a
// host.
constexpr std::string_view vlan_device = R"(
  ip netns add refrag-$end-{0} &&
    ip -n refrag-$end link add link eth0 name eth0.{0} netns refrag-$end-{0} type vlan id {0} ||
    cannot "no 802.1Q"
  ip -n refrag-$end-{0} link set eth0.{0} up
  add_address $end-{0} $number eth0.{0} {0} || cannot "no addresses"
)";

constexpr std::string_view probe = R"(
# echoes FAMILY VLAN BYTES: some of them, behind no tag where VLAN is 0
echoes() {{
  [ "$1" = 4 ] && address=10.99.$2.$peer || address=fd99:$2::$peer
  [ "$2" = 0 ] && sender=$from || sender=$from-$2
  ip netns exec $sender ping -$1 -c 3 -W 2 -s "$3" "$address" >/dev/null 2>&1
}}
for try in 1 2 3 4 5; do echoes {flow} {control} && break; done
echoes {flow} {control} || cannot "not even {control} bytes cross"
{before}grep -h '^Ip:\|^Ip6[RF]' /proc/net/snmp /proc/net/snmp6
if echoes {flow} {size}; then
  echo "{size} bytes of payload cross: not the bug"
  exit 0
fi
grep -h '^Ip:\|^Ip6[RF]' /proc/net/snmp /proc/net/snmp6
echoes {flow} {control} || cannot "{control} bytes do not cross any more"
echo "LOST: {size} bytes of payload ({frames} bytes of IP) do not cross, {control} bytes do"
exit 1
)";

constexpr std::string_view probe_before = R"(for try in 1 2 3 4 5; do echoes {0} 2000 && break; done
echoes {0} 2000 || cannot "what goes before it does not cross"
)";
constexpr std::string_view probe_alone = "echoes {} {} && echo \"alone it crosses\"\n";

std::string cell_words(const CaseRecord& loss) {
  const auto& cell = loss.id.cell;
  const auto vlan = vlan_of(cell.at("tag")).value_or(0);
  const auto before = flow_before(cell);
  return fmt::format(
      "{}{}, bridge-nf-call-iptables={}, bridge-nf-filter-vlan-tagged=1, a rule that uses "
      "connection tracking{}",
      verdict::axis_value(cell, "family") == "ipv6" ? "IPv6 " : "",
      vlan != 0 ? fmt::format("inside VLAN {}", vlan) : "untagged", cell.at("nf"),
      before ? fmt::format(", after a fragmented IPv{} datagram in VLAN {}", before->family,
                           before->vlan)
             : "");
}

std::string words_of(const Flow& flow) { return fmt::format("{} {}", flow.family, flow.vlan); }

}  // namespace

const CaseRecord* smallest_loss(const KernelRun& kernel) {
  const CaseRecord* found = nullptr;
  const auto rank = [](const CaseRecord& one) {
    const auto& cell = one.id.cell;
    return std::tuple(cell.values().size(), vlan_of(cell.at("tag")), one.id.size, cell.at("dir"));
  };
  for (const auto& one : kernel.cases) {
    const bool is_lost = one.judgement.outcome == verdict::Outcome::failed && one.id.size &&
                         one.echo && one.echo->lost() > 0 && can_show(one.id.cell);
    if (is_lost && (found == nullptr || rank(one) < rank(*found))) found = &one;
  }
  return found;
}

std::string reproducer(const CaseRecord& loss, int mtu) {
  const auto& cell = loss.id.cell;
  const int size = loss.id.size.value_or(0);
  const auto flow = flow_of(cell.at("tag"), verdict::axis_value(cell, "family")).value_or(Flow{});
  const auto before = flow_before(cell);
  std::set<long> vlans = {flow.vlan, before ? before->vlan : 0};
  vlans.erase(0);
  std::string devices;
  for (const auto vlan : vlans) devices += fmt::format(vlan_device, vlan).substr(1);
  return fmt::format(
             "#!/bin/sh\n# {}\n# An echo of {} bytes, {}.\n# Needs root, ip, nft and ping "
             "(iputils or busybox). Exits 0: it crosses, 1: it is lost, 125: cannot be told.\n",
             one_line(loss.id.text()), size, cell_words(loss)) +
         fmt::format(set_up, fmt::arg("from", cell.sender()), fmt::arg("to", cell.peer()),
                     fmt::arg("peer", cell.peer() == "a" ? 1 : 2), fmt::arg("mtu", mtu),
                     fmt::arg("devices", devices), fmt::arg("nf", cell.at("nf"))) +
         fmt::format(
             probe, fmt::arg("flow", words_of(flow)), fmt::arg("size", size),
             fmt::arg("control", 8),
             fmt::arg("before", before ? fmt::format(probe_alone, words_of(flow), size) +
                                             fmt::format(probe_before, words_of(*before))
                                       : ""),
             fmt::arg("frames", packet::fragments_text(size, mtu, verdict::family_of(cell))));
}

std::string bug_report(const KernelRun& kernel, const CaseRecord& loss, int mtu) {
  const int size = loss.id.size.value_or(0);
  auto text = fmt::format(
      "Subject: bridge: an echo of {} bytes is lost ({})\n\n"
      "Kernel:   {} ({})\n"
      "Setting:  a bridge with two ports, MTU {}; {}\n"
      "Expected: ping -s {} between two hosts behind the two ports is answered: a bridge is "
      "transparent.\n"
      "Seen:     {}\n",
      size, one_line(kernel.signature.name), one_line(kernel.kernel.release), one_line(kernel.name),
      mtu, cell_words(loss), size, one_line(loss.judgement.reason));
  if (!kernel.signature.text.empty()) {
    text += fmt::format("Pattern:  {}\n", one_line(kernel.signature.text));
  }
  if (loss.witness) {
    text += "\nOne of them, followed through the bridge:\n\n";
    for (const auto& line : verdict::story(size, mtu, *loss.witness)) {
      text += fmt::format("  {}\n", one_line(line));
    }
  }
  return text + "\nThe script beside this text shows it on one machine, in namespaces.\n";
}

void write_reproducers(const Run& run, const base::fs::path& out) {
  std::vector<std::string> labels;
  for (const auto& kernel : run.kernels) labels.push_back(kernel.name);
  const auto names = plain_names(labels, "-_.+");
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto& kernel = run.kernels[i];
    const auto* loss = smallest_loss(kernel);
    if (loss == nullptr) continue;
    const auto folder = out / "reproduce";
    base::make_folder(folder);
    const int mtu = run.run_of(kernel).mtu;
    base::write_file(folder / (names[i] + ".sh"), reproducer(*loss, mtu), 0755);
    base::write_file(folder / (names[i] + ".txt"), bug_report(kernel, *loss, mtu));
  }
}

}  // namespace refrag::reports
