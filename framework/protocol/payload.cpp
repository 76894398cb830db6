// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/payload.hpp"

#include <algorithm>
#include <array>

namespace refrag::protocol {
namespace {

// splitmix64 (Steele, Lea, Flood 2014), eight bytes at a time, least significant first.
class Stream {
 public:
  Stream(std::uint32_t seed, std::uint16_t sequence, std::size_t size)
      : state_((std::uint64_t{seed} << 32) ^ (std::uint64_t{size} << 16) ^ sequence) {}

  std::array<char, 8> next() {
    std::uint64_t value = state_ += 0x9E3779B97F4A7C15u;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
    value ^= value >> 31;
    std::array<char, 8> bytes;
    for (char& byte : bytes) {
      byte = static_cast<char>(value & 0xFF);
      value >>= 8;
    }
    return bytes;
  }

 private:
  std::uint64_t state_;
};

}  // namespace

std::string echo_payload(std::uint32_t seed, std::uint16_t sequence, std::size_t size) {
  Stream stream(seed, sequence, size);
  std::string bytes;
  bytes.reserve(size + 8);
  while (bytes.size() < size) {
    const auto word = stream.next();
    bytes.append(word.data(), word.size());
  }
  bytes.resize(size);
  return bytes;
}

bool is_echo_payload(std::string_view bytes, std::uint32_t seed, std::uint16_t sequence) {
  Stream stream(seed, sequence, bytes.size());
  while (!bytes.empty()) {
    const auto word = stream.next();
    const auto length = std::min(bytes.size(), word.size());
    if (!std::equal(word.begin(), word.begin() + length, bytes.begin())) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace refrag::protocol
