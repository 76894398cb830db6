// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/pcapng.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace refrag::packet {
namespace {

constexpr std::uint32_t section_block = 0x0a0d0d0a, interface_block = 1, packet_block = 6;
constexpr std::uint32_t magic = 0x1a2b3c4d, magic_swapped = 0x4d3c2b1a;
constexpr std::uint16_t link_ethernet = 1;
constexpr std::uint16_t option_comment = 1, option_name = 2, option_resolution = 9,
                        option_flags = 2;
constexpr std::uint8_t nanoseconds = 9, microseconds = 6;
constexpr std::uint32_t inbound = 1, outbound = 2;  // as the bridge's port sees it
constexpr std::size_t least_block = 12;

std::size_t padded(std::size_t size) { return (size + 3) / 4 * 4; }

// ---- writing, in the byte order of most machines

void put16(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value));
  out.push_back(static_cast<char>(value >> 8));
}

void put32(std::string& out, std::uint64_t value) {
  put16(out, value & 0xffff);
  put16(out, value >> 16 & 0xffff);
}

void pad(std::string& out, std::size_t size) { out.append(padded(size) - size, '\0'); }

void put_option(std::string& out, std::uint16_t code, std::string_view value) {
  put16(out, code);
  put16(out, value.size());
  out += value;
  pad(out, value.size());
}

void put_block(std::string& out, std::uint32_t type, std::string_view body) {
  const auto size = body.size() + least_block;
  put32(out, type);
  put32(out, size);
  out += body;
  put32(out, size);
}

std::string section(std::string_view comment) {
  std::string body;
  put32(body, magic);
  put32(body, 1);           // version 1.0
  put32(body, 0xffffffff);  // of unknown length
  put32(body, 0xffffffff);
  if (!comment.empty()) {
    put_option(body, option_comment, comment);
    put_option(body, 0, {});
  }
  return body;
}

std::string interface(const Tap& tap) {
  std::string body;
  put32(body, link_ethernet);
  put32(body, 0);  // frames are whole
  put_option(body, option_name, tap.name);
  put_option(body, option_resolution, std::string_view("\x09", 1));
  put_option(body, 0, {});
  return body;
}

std::string packet(std::size_t tap, const Captured& frame, std::chrono::nanoseconds since) {
  const auto at = static_cast<std::uint64_t>((frame.at + since).count());
  std::string body;
  put32(body, tap);
  put32(body, at >> 32);
  put32(body, at & 0xffffffff);
  put32(body, frame.bytes.size());
  put32(body, frame.bytes.size());
  body += as_text(frame.bytes);
  pad(body, frame.bytes.size());
  std::string flags;
  put32(flags, frame.way == Way::into_bridge ? inbound : outbound);
  put_option(body, option_flags, flags);
  put_option(body, 0, {});
  return body;
}

// ---- reading

class Reader {
 public:
  explicit Reader(std::string_view file) : rest_(as_bytes(file)) {}

  std::optional<std::vector<Tap>> read() {
    if (rest_.size() < 2 * least_block || number(rest_, 0) != section_block) return std::nullopt;
    while (one_block()) {
    }
    if (!is_known_) return std::nullopt;
    std::vector<Tap> taps;
    for (auto& interface : interfaces_) {
      if (interface.is_ethernet) taps.push_back(std::move(interface.tap));
    }
    return taps;
  }

 private:
  struct Interface {
    Tap tap;
    bool is_ethernet = false;
    std::uint64_t per_second = 1'000'000;
  };

  std::uint16_t half(View bytes, std::size_t at) const {
    return is_swapped_ ? load16(bytes, at)
                       : static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
  }
  std::uint32_t number(View bytes, std::size_t at) const {
    return is_swapped_ ? load32(bytes, at)
                       : std::uint32_t{half(bytes, at)} | std::uint32_t{half(bytes, at + 2)} << 16;
  }

  bool one_block() {
    if (rest_.size() < least_block) return false;
    const auto type = number(rest_, 0);
    if (type == section_block && !begin_section()) return false;
    const std::size_t size = number(rest_, 4);
    if (size < least_block || size % 4 != 0 || size > rest_.size()) return false;
    const auto body = rest_.subspan(8, size - least_block);
    if (type == interface_block) add_interface(body);
    if (type == packet_block) add_packet(body);
    rest_ = rest_.subspan(size);
    return true;
  }

  bool begin_section() {
    is_swapped_ = false;
    const auto order = number(rest_, 8);
    is_swapped_ = order == magic_swapped;
    first_ = interfaces_.size();
    is_known_ |= is_swapped_ || order == magic;
    return is_swapped_ || order == magic;
  }

  // The value of an option; nothing when it is not there.
  std::optional<View> option(View options, std::uint16_t wanted) const {
    while (options.size() >= 4) {
      const auto code = half(options, 0);
      const std::size_t size = half(options, 2);
      if (code == 0 || options.size() < 4 + padded(size)) return std::nullopt;
      if (code == wanted) return options.subspan(4, size);
      options = options.subspan(4 + padded(size));
    }
    return std::nullopt;
  }

  void add_interface(View body) {
    auto& interface = interfaces_.emplace_back();
    if (body.size() < 8) return;
    interface.is_ethernet = half(body, 0) == link_ethernet;
    const auto options = body.subspan(8);
    if (const auto name = option(options, option_name)) interface.tap.name = as_text(*name);
    const auto resolution = option(options, option_resolution);
    const auto digits = resolution && resolution->size() == 1 ? (*resolution)[0] : microseconds;
    interface.per_second = 1;
    for (int i = 0; i < std::min<int>(digits, nanoseconds); ++i) interface.per_second *= 10;
  }

  void add_packet(View body) {
    constexpr std::size_t head = 20;
    if (body.size() < head) return;
    const auto place = first_ + number(body, 0);
    const std::size_t size = number(body, 12);
    if (place >= interfaces_.size() || padded(size) > body.size() - head) return;
    auto& [tap, is_ethernet, per_second] = interfaces_[place];
    if (size < number(body, 16)) {
      ++tap.missed;
      return;
    }
    const auto units = std::uint64_t{number(body, 4)} << 32 | number(body, 8);
    const auto options = body.subspan(head + padded(size));
    const auto flags = option(options, option_flags);
    const bool leaves = flags && flags->size() == 4 && (number(*flags, 0) & 3) == outbound;
    const auto whole = units / per_second % 0x200000000u, part = units % per_second;
    tap.frames.push_back({std::chrono::nanoseconds(static_cast<std::int64_t>(
                              whole * 1'000'000'000 + part * (1'000'000'000 / per_second))),
                          leaves ? Way::out_of_bridge : Way::into_bridge,
                          body.subspan(head, size)});
  }

  View rest_;
  bool is_swapped_ = false;
  bool is_known_ = false;
  std::size_t first_ = 0;  // interface of the section
  std::vector<Interface> interfaces_;
};

}  // namespace

std::string to_pcapng(const std::vector<Tap>& taps, std::chrono::nanoseconds since,
                      std::string_view comment) {
  struct Entry {
    std::size_t tap;
    const Captured* frame;
  };
  std::string out;
  put_block(out, section_block, section(comment));
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < taps.size(); ++i) {
    put_block(out, interface_block, interface(taps[i]));
    for (const auto& frame : taps[i].frames) entries.push_back({i, &frame});
  }
  std::ranges::stable_sort(entries, {}, [](const Entry& entry) { return entry.frame->at; });
  for (const auto& [tap, frame] : entries) put_block(out, packet_block, packet(tap, *frame, since));
  return out;
}

std::optional<std::vector<Tap>> from_pcapng(std::string_view file) { return Reader(file).read(); }

}  // namespace refrag::packet
