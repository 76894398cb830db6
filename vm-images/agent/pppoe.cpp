// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/pppoe.hpp"

#include <algorithm>

namespace refrag::agent {
namespace {

constexpr std::size_t kSource = 6, kPppoe = 14, kPpp = 20, kPacket = 22;  // where in a frame
constexpr std::uint16_t kVersionTypeCode = 0x1100;                        // 1, 1, data
constexpr std::uint16_t kIpv4 = 0x0021, kIpv6 = 0x0057;                   // PPP's protocols

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8 | byte_at(bytes, at + 1));
}

void append_number(std::string& bytes, std::size_t number) {
  bytes += static_cast<char>(number >> 8 & 0xff);
  bytes += static_cast<char>(number & 0xff);
}

void append_mac(std::string& bytes, const MacBytes& mac) {
  for (const auto byte : mac) bytes += static_cast<char>(byte);
}

// By the version in its first byte; 0 for what is no packet.
std::uint16_t protocol_of(std::string_view packet) {
  const int version = packet.empty() ? 0 : byte_at(packet, 0) >> 4;
  return version == 4 ? kIpv4 : version == 6 ? kIpv6 : std::uint16_t{0};
}

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::optional<MacBytes> parse_mac(std::string_view text) {
  MacBytes mac{};
  if (text.size() != 3 * mac.size() - 1) return std::nullopt;
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const int high = digit(text[3 * i]), low = digit(text[3 * i + 1]);
    if (high < 0 || low < 0 || (i > 0 && text[3 * i - 1] != ':')) return std::nullopt;
    mac[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return mac;
}

std::string pppoe_frame(const PppoeEnds& ends, std::string_view packet) {
  std::string frame;
  const auto protocol = protocol_of(packet);
  if (protocol == 0) return frame;
  frame.reserve(kPacket + packet.size());
  append_mac(frame, ends.peer);
  append_mac(frame, ends.own);
  append_number(frame, kPppoeType);
  append_number(frame, kVersionTypeCode);
  append_number(frame, ends.id);
  append_number(frame, packet.size() + kPacket - kPpp);
  append_number(frame, protocol);
  frame += packet;
  return frame;
}

std::string_view packet_in(const PppoeEnds& ends, std::string_view frame) {
  if (frame.size() < kPacket) return {};
  const auto is_same = [](std::uint8_t byte, char c) {
    return byte == static_cast<std::uint8_t>(c);
  };
  const auto source = frame.substr(kSource, ends.peer.size());
  if (!std::equal(ends.peer.begin(), ends.peer.end(), source.begin(), is_same)) return {};
  if (number_at(frame, kPppoe) != kVersionTypeCode) return {};
  if (number_at(frame, kPppoe + 2) != ends.id) return {};
  const std::size_t announced = number_at(frame, kPppoe + 4);
  if (announced < kPacket - kPpp || announced > frame.size() - kPpp) return {};
  const auto packet = frame.substr(kPacket, announced - (kPacket - kPpp));
  const auto protocol = protocol_of(packet);
  return protocol != 0 && protocol == number_at(frame, kPpp) ? packet : std::string_view();
}

}  // namespace refrag::agent
