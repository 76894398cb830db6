// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/bzimage.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/archive.hpp"

namespace refrag::kernels {

namespace {

// Offsets in the boot protocol's header.
constexpr std::size_t setup_sects = 0x1f1;
constexpr std::size_t boot_flag = 0x1fe;
constexpr std::size_t magic = 0x202;
constexpr std::size_t protocol = 0x206;
constexpr std::size_t kernel_version = 0x20e;
constexpr std::size_t xloadflags = 0x236;
constexpr std::size_t payload_offset = 0x248;
constexpr std::size_t payload_length = 0x24c;
constexpr std::size_t header_end = 0x250;

constexpr unsigned has_payload = 0x208;     // first protocol with payload_offset
constexpr unsigned has_xloadflags = 0x20c;  // first protocol with xloadflags
constexpr unsigned is_64_bit = 1;

std::uint32_t number(std::string_view image, std::size_t at, std::size_t bytes) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) {
    value |= static_cast<std::uint32_t>(static_cast<unsigned char>(image[at + i])) << (8 * i);
  }
  return value;
}

[[noreturn]] void refuse(std::string_view name, std::string_view why) {
  throw base::Error(base::Fault::usage, fmt::format("{} {}", name, why),
                    "give a bzImage (vmlinuz) for x86-64");
}

void require_bzimage(std::string_view image, std::string_view name) {
  if (image.size() < header_end || number(image, boot_flag, 2) != 0xaa55 ||
      image.substr(magic, 4) != "HdrS") {
    refuse(name, "is not a Linux kernel image");
  }
  if (number(image, protocol, 2) >= has_xloadflags &&
      (number(image, xloadflags, 2) & is_64_bit) == 0) {
    refuse(name, "is a kernel for 32-bit machines");
  }
}

}  // namespace

std::string bzimage_release(std::string_view image, std::string_view name) {
  require_bzimage(image, name);
  const auto at = number(image, kernel_version, 2) + 0x200;
  const auto text = at < image.size() ? image.substr(at, 256) : "";
  const auto release = text.substr(0, text.find_first_of(std::string_view(" \0", 2)));
  if (number(image, kernel_version, 2) == 0 || release.empty()) {
    refuse(name, "does not say which release it is");
  }
  return base::printable(release);
}

std::string bzimage_payload(std::string_view image, std::string_view name) {
  require_bzimage(image, name);
  if (number(image, protocol, 2) < has_payload) refuse(name, "is too old to tell its payload");
  const std::uint64_t sectors = number(image, setup_sects, 1);
  const auto at = (sectors == 0 ? 5 : sectors + 1) * 512 + number(image, payload_offset, 4);
  const auto length = number(image, payload_length, 4);
  if (at > image.size() || length > image.size() - at || length < 4) refuse(name, "is truncated");
  // The last four bytes are the size of what comes out, and no part of xz, zstd or lz4 data.
  const auto payload = image.substr(at, length);
  const bool is_gzip = payload.starts_with("\x1f\x8b");
  return decompress(is_gzip ? payload : payload.substr(0, length - 4));
}

}  // namespace refrag::kernels
