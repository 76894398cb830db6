// SPDX-License-Identifier: GPL-2.0-or-later
// Reading archives that somebody else made: .deb, .rpm, tar and cpio, compressed or not. Nothing is
// ever written outside the folder that is given: absolute paths, "..", links that lead out, device
// nodes, archives without end and damaged ones are refused with Error (usage).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "framework/base/deadline.hpp"

namespace refrag::kernels {

struct UnpackLimits {
  std::uint64_t bytes = 4ull << 30;  // of all files together, unpacked
  std::uint64_t entries = 200'000;
  std::uint64_t ratio = 100;  // of what is unpacked to the archive, beyond the first 64 MiB
};

// Says for a path inside the archive ("boot/vmlinuz-6.1.0") whether it is wanted.
using Wanted = std::function<bool(std::string_view)>;

// Unpacks the wanted entries into the folder, which has to be empty or hold other entries. A .deb
// is its data.tar. `inner` names an archive inside the archive that is meant instead
// ("usr/src/linux-source-6.1.tar.xz").
void unpack(const std::filesystem::path& archive, const std::filesystem::path& into,
            const Wanted& wanted, base::Deadline deadline, const UnpackLimits& limits = {});
void unpack_inner(const std::filesystem::path& archive, std::string_view inner,
                  const std::filesystem::path& into, const Wanted& wanted, base::Deadline deadline,
                  const UnpackLimits& limits = {});

// A .deb's control file; empty for any other archive.
std::string deb_control(const std::filesystem::path& archive);

// The value of a field of a control file or of one stanza from apt; empty when it has none.
std::string control_field(std::string_view control, std::string_view field);

// What data holds when it is compressed (gzip, xz, zstd, lz4, bzip2, lzma), data itself when not.
// Throws Error (usage) when it is damaged or holds more than limit bytes.
std::string decompress(std::string_view data, std::uint64_t limit = 1u << 30);

}  // namespace refrag::kernels
