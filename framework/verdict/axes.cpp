// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/axes.hpp"

#include <algorithm>
#include <array>

#include "framework/base/text.hpp"

namespace refrag::verdict {

namespace {

constexpr std::string_view same = "same";
constexpr int pppoe_room = 8;  // of the port's MTU

struct Usual {
  std::string_view axis;
  std::string_view value;
};
constexpr std::array<Usual, 14> usual = {{{"tag", "none"},
                                          {"family", "ipv4"},
                                          {"df", "0"},
                                          {"dir", "a>b"},
                                          {"beside", "none"},
                                          {"filter", "1"},
                                          {"indev", "0"},
                                          {"mtu", same},
                                          {"port", same},
                                          {"pppoe", "0"},
                                          {"proto", "icmp"},
                                          {"rules", "conntrack"},
                                          {"vlans", "0"},
                                          {"offloads", "1"}}};

bool is(const Cell& cell, std::string_view axis, std::string_view value) {
  return axis_value(cell, axis) == value;
}

int number_or(const Cell& cell, std::string_view axis, int otherwise) {
  return static_cast<int>(base::to_number(axis_value(cell, axis)).value_or(otherwise));
}

// Who of the two families has its hooks on, globally or on the bridge.
bool is_called(const Cell& cell) {
  const auto nf = cell.at("nf");
  return nf == "1" || nf == "bridge" || nf == (is(cell, "family", "ipv6") ? "ip6" : "ip4");
}

// Hooks look behind one tag, of either kind, and not behind two.
bool is_shown(const Cell& cell) {
  const auto tag = axis_value(cell, "tag");
  if (tag == "none") return true;
  if (tag == "qinq") return false;
  return is(cell, tag == "pppoe" ? "pppoe" : "filter", "1");
}

// Where the tag is put on behind the first hook, the hooks may look at one end of a frame's way and
// not at the other.
bool is_shown_by_halves(const Cell& cell) {
  return is(cell, "vlans", "mixed") && is_called(cell) && !is_shown(cell);
}

std::string_view text_of(Reassembly reassembly) {
  switch (reassembly) {
    case Reassembly::hooks:
      return "hooks";
    case Reassembly::bridge:
      return "bridge";
    case Reassembly::unknown:
      return "unknown";
    default:
      return "none";
  }
}

std::string digit(bool on) { return on ? "1" : "0"; }

}  // namespace

std::string axis_value(const Cell& cell, std::string_view axis) {
  if (axis == "hooked") return is_hooked(cell) ? "yes" : "no";
  if (axis == "reassembled") return std::string(text_of(reassembly_of(cell)));
  if (const auto value = cell.at(axis); !value.empty()) return std::string(value);
  const auto* const found = std::ranges::find(usual, axis, &Usual::axis);
  return found == usual.end() ? std::string() : std::string(found->value);
}

bool is_hooked(const Cell& cell) { return is_called(cell) && is_shown(cell); }

Reassembly reassembly_of(const Cell& cell) {
  const auto rules = axis_value(cell, "rules");
  const auto tag = axis_value(cell, "tag");
  const bool is_whole = rules == "bridge-conntrack" && tag != "qinq" && tag != "pppoe";
  if (is_whole) return is_hooked(cell) ? Reassembly::hooks : Reassembly::bridge;
  if (rules == "bridge-conntrack") return Reassembly::none;
  if (is_shown_by_halves(cell)) return Reassembly::unknown;
  if (!is_hooked(cell) || (rules != "conntrack" && rules != "notrack")) return Reassembly::none;
  return tag == "pppoe" ? Reassembly::unknown : Reassembly::hooks;
}

packet::Family family_of(const Cell& cell) {
  return is(cell, "family", "ipv6") ? packet::Family::ipv6 : packet::Family::ipv4;
}

std::string tag_at(const Cell& cell, std::string_view endpoint) {
  return endpoint == "b" && is(cell, "vlans", "mixed") ? "none" : axis_value(cell, "tag");
}

int port_mtu(const Cell& cell, int mtu) { return number_or(cell, "port", mtu); }

int sender_mtu(const Cell& cell, int mtu) {
  const int own = number_or(cell, "mtu", port_mtu(cell, mtu));
  return is(cell, "tag", "pppoe") ? own - pppoe_room : own;
}

int longest_packet(const Cell& cell, int size, int mtu) {
  return packet::fragment_lengths(size, sender_mtu(cell, mtu), family_of(cell)).front();
}

Knobs knobs_of(const Cell& cell, int mtu) {
  const auto nf = cell.at("nf");
  const bool own = nf == "bridge";
  Knobs knobs = {{std::string(knob::br_netfilter), digit(nf != "absent")},
                 {std::string(knob::bridge_iptables), digit(own)},
                 {std::string(knob::bridge_ip6tables), digit(own)},
                 {std::string(knob::vlans), axis_value(cell, "vlans")},
                 {std::string(knob::offloads), axis_value(cell, "offloads")},
                 {std::string(knob::rules), axis_value(cell, "rules")},
                 {std::string(knob::mtu), std::to_string(port_mtu(cell, mtu))}};
  if (nf == "absent") return knobs;
  knobs.insert({{std::string(knob::call_iptables), digit(nf == "1" || nf == "ip4")},
                {std::string(knob::call_ip6tables), digit(nf == "1" || nf == "ip6")},
                {std::string(knob::filter_vlan_tagged), axis_value(cell, "filter")},
                {std::string(knob::filter_pppoe_tagged), axis_value(cell, "pppoe")},
                {std::string(knob::pass_vlan_input_dev), axis_value(cell, "indev")}});
  return knobs;
}

std::string_view value_without(std::string_view name) {
  return name == knob::br_netfilter || name == knob::offloads ? "1" : "0";
}

}  // namespace refrag::verdict
