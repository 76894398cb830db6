// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/tap/pcapng.hpp"

namespace refrag::tap {
namespace {

constexpr std::uint32_t kSection = 0x0a0d0d0a;
constexpr std::uint32_t kInterface = 1;
constexpr std::uint32_t kPacket = 6;
constexpr std::uint16_t kNameOption = 2;
constexpr std::uint16_t kResolutionOption = 9;
constexpr std::uint16_t kFlagsOption = 2;

// In this machine's byte order, which the section's magic tells.
template <class Number>
void put(std::string& file, Number number) {
  file.append(reinterpret_cast<const char*>(&number), sizeof number);
}

void pad(std::string& file) { file.append(-file.size() & 3, '\0'); }

void option(std::string& file, std::uint16_t code, std::string_view value) {
  put(file, code);
  put(file, static_cast<std::uint16_t>(value.size()));
  file += value;
  pad(file);
}

void block(std::string& file, std::uint32_t type, std::string_view body) {
  const auto size = static_cast<std::uint32_t>(body.size() + 12);
  put(file, type);
  put(file, size);
  file += body;
  put(file, size);
}

}  // namespace

void append_section(std::string& file) {
  std::string body;
  put(body, std::uint32_t{0x1a2b3c4d});
  put(body, std::uint32_t{1});  // version 1.0
  put(body, std::int64_t{-1});  // a section of unknown length
  block(file, kSection, body);
}

void append_device(std::string& file, std::string_view name) {
  std::string body;
  put(body, std::uint32_t{1});  // Ethernet
  put(body, std::uint32_t{0});  // frames of any length
  option(body, kNameOption, name);
  option(body, kResolutionOption, "\x09");  // nanoseconds
  put(body, std::uint32_t{0});
  block(file, kInterface, body);
}

void append_frame(std::string& file, std::uint32_t device, const agent::Frame& frame) {
  const auto more = frame.has_tag ? 4u : 0u;
  std::string body;
  put(body, device);
  put(body, static_cast<std::uint32_t>(frame.at >> 32));
  put(body, static_cast<std::uint32_t>(frame.at));
  put(body, static_cast<std::uint32_t>(frame.bytes.size() + more));
  put(body, frame.whole + more);
  append_tagged(body, frame);
  pad(body);
  const std::uint32_t direction = frame.outgoing ? 2 : 1;
  option(body, kFlagsOption,
         std::string_view(reinterpret_cast<const char*>(&direction), sizeof direction));
  put(body, std::uint32_t{0});
  block(file, kPacket, body);
}

}  // namespace refrag::tap
