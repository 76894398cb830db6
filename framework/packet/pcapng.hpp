// SPDX-License-Identifier: GPL-2.0-or-later
// pcapng files (draft-ietf-opsawg-pcapng): several taps in one file, with their names, the frames'
// ways and times in nanoseconds. What is read may also be of the other byte order or from another
// program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/packet/capture.hpp"

namespace refrag::packet {

// All taps' frames in order of time. `since` is added to their times: what their clock's zero is in
// Unix time.
std::string to_pcapng(const std::vector<Tap>& taps, std::chrono::nanoseconds since,
                      std::string_view comment = {});

// One tap for each Ethernet interface; frames are views into `file`. Frames of other interfaces,
// cut-short ones (counted as missed) and unknown blocks are stepped over. Nothing when it is no
// pcapng file; what comes before the first nonsense when it becomes one.
std::optional<std::vector<Tap>> from_pcapng(std::string_view file);

}  // namespace refrag::packet
