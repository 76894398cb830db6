// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/looks_like.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/version.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::run {

using packet::Family;
using verdict::Cell;

namespace {

std::string value_of(const explore::Knobs& knobs, std::string_view name) {
  const auto found = knobs.find(name);
  return found == knobs.end() ? "0" : found->second;
}

// What the hooks go by: PPPoE, whatever tag is around it; else the tags.
std::string tag_of(const packet::Link& link) {
  if (link.session) return "pppoe";
  if (link.tags.empty()) return "none";
  if (link.tags.size() > 1) return "qinq";
  const auto& tag = link.tags.front();
  const int id = tag.control & 0x0fff;
  if (tag.type == packet::ether_type::service_vlan) return fmt::format("ad{}", id);
  return id == 0 ? "prio" : fmt::format("vlan{}", id);
}

std::string hooks_of(const explore::Knobs& knobs) {
  const bool ip4 = value_of(knobs, verdict::knob::call_iptables) == "1";
  const bool ip6 = value_of(knobs, verdict::knob::call_ip6tables) == "1";
  return ip4 && ip6 ? "1" : ip4 ? "ip4" : ip6 ? "ip6" : "0";
}

// Before 5.13 (de8c12110a13) what one rule has put together is put together when it is gone, too.
std::string rules_of(const explore::Knobs& knobs, std::string_view version) {
  const auto rules = value_of(knobs, verdict::knob::rules);
  const bool goes_on = base::compare_versions(version, "5.13-rc1") < 0;
  return goes_on && (rules == "none" || rules == "accept") ? "conntrack" : rules;
}

// Bytes that an echo of the same length would carry.
int payload_of(const oracle::Datagram& datagram) {
  return std::max(0, static_cast<int>(datagram.payload().size()) - packet::icmp_echo_header);
}

bool shows_as(const verdict::Effect& effect, const oracle::Datagram& datagram, const Cell& cell,
              oracle::Kind kind) {
  const bool is_named =
      std::ranges::find(effect.violations, oracle::to_text(kind)) != effect.violations.end();
  if (is_named || kind != oracle::Kind::lost) return is_named;
  const int mtu = std::stoi(std::string(cell.at("port")));
  return effect.drops(cell, payload_of(datagram), mtu);
}

}  // namespace

// Datagrams of random traffic are beside each other, and behind what went before.
Cell cell_of(const explore::Knobs& knobs, std::string_view version,
             const oracle::Datagram& datagram) {
  const auto& first = datagram.first();
  const bool is_v6 = first.head.family == Family::ipv6;
  const bool all_df = std::ranges::all_of(datagram.pieces, &oracle::Piece::dont_fragment);
  const auto port =
      knobs.contains(verdict::knob::mtu) ? value_of(knobs, verdict::knob::mtu) : "1500";
  return {{"tag", tag_of(first.link)},
          {"nf", hooks_of(knobs)},
          {"family", is_v6 ? "ipv6" : "ipv4"},
          {"df", all_df && !is_v6 ? "1" : "0"},
          {"beside", "others"},
          {"filter", value_of(knobs, verdict::knob::filter_vlan_tagged)},
          {"pppoe", value_of(knobs, verdict::knob::filter_pppoe_tagged)},
          {"port", port},
          {"proto", "udp"},
          {"rules", rules_of(knobs, version)}};
}

std::string looks_like(const verdict::KnownBugs& bugs, std::string_view version,
                       const explore::Knobs& knobs, const oracle::Violation& violation,
                       const oracle::Direction& direction) {
  oracle::Frames frames;
  for (const auto place : violation.entered) frames.push_back(direction.entered.at(place));
  const auto entered = oracle::assemble(frames);
  // Nothing is known of what nobody sent, nor of datagrams that came in one packet.
  if (entered.size() != 1 || !entered[0].first().is_ip || !entered[0].first().is_fragment)
    return {};
  const auto cell = cell_of(knobs, version, entered[0]);
  for (const auto& bug : bugs) {
    const auto* const effect = bug.effect_in(cell);
    if (effect == nullptr || !bug.is_expected_on(version)) continue;
    if (shows_as(*effect, entered[0], cell, violation.kind)) return bug.signature;
  }
  return {};
}

}  // namespace refrag::run
