// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/icmp.hpp"

#include <cstring>

#include "framework/protocol/sweep.hpp"

namespace refrag::agent {
namespace {

constexpr std::size_t kHeader = 8;  // type, code, checksum, identifier, sequence
constexpr std::size_t kMinIp = 20;
constexpr std::size_t kFromAt = 12, kToAt = 16, kAddress = 4;  // in an IPv4 header
constexpr std::size_t kUdpChecksum = 6;
constexpr int kUdp = 17;

std::uint16_t big16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                    static_cast<unsigned char>(bytes[at + 1]));
}

void put_big16(std::string& bytes, std::size_t at, std::uint16_t value) {
  bytes[at] = static_cast<char>(value >> 8);
  bytes[at + 1] = static_cast<char>(value & 0xFF);
}

std::string message_of(std::uint8_t type, std::uint16_t ident, std::uint16_t sequence,
                       std::string_view payload) {
  std::string message(kHeader, '\0');
  message[0] = static_cast<char>(type);
  put_big16(message, 4, ident);
  put_big16(message, 6, sequence);
  message += payload;
  return message;
}

// The message of a packet as a raw socket gives it; nothing that begins no IPv4 packet.
std::optional<std::string_view> message_in(std::string_view packet) noexcept {
  if (packet.size() < kMinIp || (packet[0] & 0xF0) != 0x40) return std::nullopt;
  const std::size_t ip_header = 4 * static_cast<std::size_t>(packet[0] & 0x0F);
  if (ip_header < kMinIp || packet.size() < ip_header + kHeader) return std::nullopt;
  return packet.substr(ip_header);
}

std::string with_pseudo_header(std::string_view from, std::string_view to,
                               std::string_view message) {
  std::string bytes(from);
  bytes += to;
  bytes += {'\0', static_cast<char>(kUdp), '\0', '\0'};
  put_big16(bytes, bytes.size() - 2, static_cast<std::uint16_t>(message.size()));
  bytes += message;
  return bytes;
}

}  // namespace

std::uint16_t internet_checksum(std::string_view bytes) noexcept {
  // 32 bits at a time into 64: no carry is lost below 4 GiB, and the order of bytes does not
  // matter.
  std::uint64_t sum = 0;
  for (; bytes.size() >= 4; bytes.remove_prefix(4)) {
    std::uint32_t word;
    std::memcpy(&word, bytes.data(), 4);
    sum += word;
  }
  std::uint32_t rest = 0;
  std::memcpy(&rest, bytes.data(), bytes.size());
  sum += rest;
  while (sum >> 16) sum = (sum & 0xFFFF) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::string echo_message(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                         std::string_view payload) {
  auto message = message_of(static_cast<std::uint8_t>(type), ident, sequence, payload);
  const std::uint16_t checksum = internet_checksum(message);
  std::memcpy(message.data() + 2, &checksum, 2);
  return message;
}

std::string echo_message_v6(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                            std::string_view payload) {
  return message_of(number_in_ipv6(type), ident, sequence, payload);
}

std::optional<Echo> find_echo(std::string_view packet, EchoType type) noexcept {
  const auto message = message_in(packet);
  if (!message || (*message)[0] != static_cast<char>(type) || (*message)[1] != 0) {
    return std::nullopt;
  }
  return Echo{type, big16(*message, 4), big16(*message, 6), internet_checksum(*message) == 0,
              message->substr(kHeader)};
}

std::optional<Echo> find_echo_v6(std::string_view message, EchoType type) noexcept {
  if (message.size() < kHeader || message[1] != 0) return std::nullopt;
  if (static_cast<std::uint8_t>(message[0]) != number_in_ipv6(type)) return std::nullopt;
  return Echo{type, big16(message, 4), big16(message, 6), true, message.substr(kHeader)};
}

std::string udp_message(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                        std::string_view payload) {
  const bool is_request = type == EchoType::request;
  std::string message(kHeader, '\0');
  put_big16(message, 0, is_request ? ident : sequence);
  put_big16(message, 2, is_request ? sequence : ident);
  put_big16(message, 4, static_cast<std::uint16_t>(kHeader + payload.size()));
  message += payload;
  return message;
}

std::string udp_message_v4(EchoType type, std::uint16_t ident, std::uint16_t sequence,
                           std::string_view payload, std::string_view from, std::string_view to) {
  auto message = udp_message(type, ident, sequence, payload);
  std::uint16_t checksum = internet_checksum(with_pseudo_header(from, to, message));
  if (checksum == 0) checksum = 0xFFFF;  // 0 would say that there is none
  std::memcpy(message.data() + kUdpChecksum, &checksum, sizeof checksum);
  return message;
}

std::optional<Echo> find_udp(std::string_view packet, EchoType type) {
  const auto message = message_in(packet);
  if (!message) return std::nullopt;
  auto echo = find_udp_v6(*message, type);
  if (echo) {
    const auto all = with_pseudo_header(packet.substr(kFromAt, kAddress),
                                        packet.substr(kToAt, kAddress), *message);
    echo->checksum_ok = big16(*message, kUdpChecksum) != 0 && internet_checksum(all) == 0;
  }
  return echo;
}

std::optional<Echo> find_udp_v6(std::string_view message, EchoType type) noexcept {
  if (message.size() < kHeader || big16(message, 4) != message.size()) return std::nullopt;
  const auto from = big16(message, 0), to = big16(message, 2);
  const bool is_request = type == EchoType::request;
  const auto ident = is_request ? from : to, sequence = is_request ? to : from;
  if (ident < protocol::kFirstUdpIdent || sequence >= protocol::kFirstUdpIdent) return std::nullopt;
  return Echo{type, ident, sequence, true, message.substr(kHeader)};
}

}  // namespace refrag::agent
