// SPDX-License-Identifier: GPL-2.0-or-later
// The tags of a frame as one word, for programs that tell each other of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/packet/link.hpp"

namespace refrag::packet {

// "none", or the numbers of type and control, outermost tag first: "34984.3,33024.4".
std::string to_word(const std::vector<Tag>& tags);

// Nothing for what is no such word.
std::optional<std::vector<Tag>> tags_of_word(std::string_view word);

}  // namespace refrag::packet
