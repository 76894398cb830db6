// SPDX-License-Identifier: GPL-2.0-or-later
// What a sweep leaves: plain observations, stored as they are so that they can be judged again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::verdict {

// The echoes of one size in one cell. Every echo that was sent is at most one of good, wrong_length
// and wrong_payload; what is left is missing.
struct EchoEvidence {
  int size = 0;                  // payload bytes
  int sent = 0;                  // requests that the sender's own stack took
  int local_errors = 0;          // requests that it refused (not in sent)
  std::string local_error = {};  // what it said the first time
  int good = 0;                  // answered, length and every byte right
  int wrong_length = 0;
  int wrong_payload = 0;
  int duplicates = 0;                    // further copies of a request or of a reply
  std::optional<int> seen_by_peer = {};  // requests, each once, that reached the peer's stack
                                         // whole; none when the peer cannot say
  int seen_wrong = 0;                    // those of them that were altered on the way there
  bool settled = true;          // a later echo came back, so what is missing is lost for certain
  std::int64_t rtt_max_us = 0;  // of those answered
  int outgrown = 0;  // requests and replies that came in a packet longer than any they were sent in
  int outgrown_at_ports = 0;  // the same by what the bridge's ports saw

  int answered() const { return good + wrong_length + wrong_payload; }
  int lost() const { return sent - answered(); }
  bool operator==(const EchoEvidence&) const = default;
};

// Settings of the host as read back, by name; see knob:: below.
using Knobs = std::map<std::string, std::string, std::less<>>;

namespace knob {
inline constexpr std::string_view call_iptables = "bridge-nf-call-iptables";            // 0, 1
inline constexpr std::string_view filter_vlan_tagged = "bridge-nf-filter-vlan-tagged";  // 0, 1
inline constexpr std::string_view conntrack_rule = "conntrack-rule";  // present, absent
inline constexpr std::string_view call_ip6tables = "bridge-nf-call-ip6tables";
inline constexpr std::string_view filter_pppoe_tagged = "bridge-nf-filter-pppoe-tagged";
inline constexpr std::string_view pass_vlan_input_dev = "bridge-nf-pass-vlan-input-dev";
inline constexpr std::string_view bridge_iptables = "nf_call_iptables";    // the bridge's own
inline constexpr std::string_view bridge_ip6tables = "nf_call_ip6tables";  // the bridge's own
inline constexpr std::string_view rules =
    "rules";                                    // a set by its name, see framework/plan/axes.hpp
inline constexpr std::string_view mtu = "mtu";  // bytes of IP, of the bridge and its ports
// 1 where the hooks are there at all, as a module or built in; and 1 where they cannot be taken
// away.
inline constexpr std::string_view br_netfilter = "br_netfilter";
inline constexpr std::string_view br_netfilter_stays = "br_netfilter-stays";
inline constexpr std::string_view vlans = "vlans";  // of the ports; see vm-images/wire/vlans.hpp
inline constexpr std::string_view offloads = "offloads";  // of the ports: 1: as found, 0: none
}  // namespace knob

// The host's IPv4 counters by the names of /proc/net/snmp's Ip line ("ReasmOKs").
using Counters = std::map<std::string, std::int64_t, std::less<>>;

// The host at one moment. Read together: asking is a round trip, and there are two for each sweep.
struct HostState {
  Knobs knobs;
  Counters counters;

  // Whether these are set as given.
  bool has(const Knobs& wanted) const {
    return std::ranges::all_of(wanted, [&](const auto& knob) {
      const auto found = knobs.find(knob.first);
      return found != knobs.end() && found->second == knob.second;
    });
  }

  bool operator==(const HostState&) const = default;
};

// What the oracle (framework/oracle) made of a sweep's captures.
struct Transparency {
  int entered = 0;           // datagrams that had to leave, both directions
  int left = 0;              // those of them that did, as they had entered
  int refragmented = 0;      // of them: in other packets than they entered in
  int unjudged = 0;          // datagrams that might be dropped
  std::string problem = {};  // why nothing was judged: a capture that missed frames
  std::string capture = {};  // file with the frames, in the run's folder; empty where not kept
  int frames = 0;            // in it, of both ports
  std::int64_t began = 0;    // the sweep, in nanoseconds of Unix time; 0: not known
  std::vector<std::string> hosts = {};  // MAC addresses of the host itself
  bool operator==(const Transparency&) const = default;
};

// What is observed of a cell as a whole.
struct CellEvidence {
  int mtu = 1500;                 // of the senders' interfaces and the bridge
  std::string link_problem = {};  // why the warm-up found no neighbour; empty when it did
  Knobs knobs_before = {};        // after they were set, before the first echo
  Knobs knobs_after = {};         // after the last
  Counters counters_before = {};
  Counters counters_after = {};
  std::vector<std::string> kernel_messages = {};  // of the host, during the sweep
  bool strict = false;  // what came in larger packets than it was sent in has failed
  std::optional<Transparency> transparency = {};  // none where nothing is captured

  // How far a counter moved; none when it was not read both times.
  std::optional<std::int64_t> moved(std::string_view counter) const;
  bool operator==(const CellEvidence&) const = default;
};

struct SweepEvidence {
  CellEvidence cell;
  std::vector<EchoEvidence> echoes;
};

}  // namespace refrag::verdict
