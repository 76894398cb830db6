// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/link.hpp"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"

namespace refrag::packet {
namespace {

constexpr std::uint16_t version_1_type_1_session_data = 0x1100;
constexpr std::uint16_t ppp_ipv4 = 0x0021;
constexpr std::uint16_t ppp_ipv6 = 0x0057;
constexpr std::size_t ppp_protocol = 2;

Mac load_mac(View bytes, std::size_t at) {
  Mac mac;
  std::ranges::copy(bytes.subspan(at, mac.octets.size()), mac.octets.begin());
  return mac;
}

bool is_tag(std::uint16_t type) {
  return type == ether_type::vlan || type == ether_type::service_vlan;
}

std::optional<std::uint16_t> type_of_ppp(std::uint16_t protocol) {
  if (protocol == ppp_ipv4) return ether_type::ipv4;
  if (protocol == ppp_ipv6) return ether_type::ipv6;
  return std::nullopt;
}

void look_into_pppoe(LinkFrame& frame) {
  const auto bytes = frame.payload;
  if (bytes.size() < pppoe_headers || load16(bytes, 0) != version_1_type_1_session_data) return;
  const auto type = type_of_ppp(load16(bytes, 6));
  const std::size_t announced = load16(bytes, 4);
  if (!type || announced < ppp_protocol) return;
  frame.link.type = *type;
  frame.link.session = load16(bytes, 2);
  frame.pppoe = announced - ppp_protocol;
  frame.payload = bytes.subspan(pppoe_headers);
}

std::string tag_text(const Tag& tag) {
  const int id = tag.control & 0x0fff, priority = tag.control >> 13;
  const bool is_dropped_first = (tag.control & 0x1000) != 0;
  auto text = fmt::format("{} {}", tag.type == ether_type::vlan ? "vlan" : "802.1ad", id);
  if (priority > 0) text += fmt::format(" priority {}", priority);
  return is_dropped_first ? text + " DEI" : text;
}

}  // namespace

std::size_t Link::overhead() const {
  return tags.size() * vlan_tag + (session ? pppoe_headers : 0);
}

std::optional<LinkFrame> parse_link(View frame) {
  if (frame.size() < ethernet_header) return std::nullopt;
  LinkFrame parsed{.link = {.to = load_mac(frame, 0), .from = load_mac(frame, 6)},
                   .payload = frame.subspan(ethernet_header)};
  auto& [link, payload, announced] = parsed;
  link.type = load16(frame, 12);
  while (is_tag(link.type)) {
    if (payload.size() < vlan_tag) return std::nullopt;
    link.tags.push_back({link.type, load16(payload, 0)});
    link.type = load16(payload, 2);
    payload = payload.subspan(vlan_tag);
  }
  if (link.type == ether_type::pppoe_session) look_into_pppoe(parsed);
  return parsed;
}

void append_link(Bytes& frame, const Link& link, std::size_t payload_size) {
  append(frame, link.to.octets);
  append(frame, link.from.octets);
  for (const auto& tag : link.tags) {
    append16(frame, tag.type);
    append16(frame, tag.control);
  }
  append16(frame, link.session ? ether_type::pppoe_session : link.type);
  if (!link.session) return;
  append16(frame, version_1_type_1_session_data);
  append16(frame, *link.session);
  append16(frame, static_cast<std::uint16_t>(payload_size + ppp_protocol));
  append16(frame, link.type == ether_type::ipv6 ? ppp_ipv6 : ppp_ipv4);
}

std::string to_text(const Mac& mac) { return fmt::format("{:02x}", fmt::join(mac.octets, ":")); }

std::optional<Mac> to_mac(std::string_view text) {
  Mac mac;
  if (text.size() != 3 * mac.octets.size() - 1) return std::nullopt;
  for (std::size_t i = 0; i < mac.octets.size(); ++i) {
    const auto* const digits = text.data() + 3 * i;
    const bool is_ended = i + 1 == mac.octets.size() || digits[2] == ':';
    const auto [end, error] = std::from_chars(digits, digits + 2, mac.octets[i], 16);
    if (!is_ended || error != std::errc() || end != digits + 2) return std::nullopt;
  }
  return mac;
}

std::string tags_text(const Link& link) {
  std::string text;
  for (const auto& tag : link.tags) text += tag_text(tag) + ' ';
  if (link.session) text += fmt::format("PPPoE {} ", *link.session);
  if (text.empty()) return "untagged";
  text.pop_back();
  return text;
}

}  // namespace refrag::packet
