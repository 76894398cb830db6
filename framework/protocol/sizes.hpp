// SPDX-License-Identifier: GPL-2.0-or-later
// Lists of echo sizes as text: "0,56,1400-1500,65507". The order is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::protocol {

std::string sizes_text(const std::vector<std::uint32_t>& sizes);

// nullopt for anything but numbers and rising ranges up to kMaxEcho, at most 20,000 sizes, none of
// them twice.
std::optional<std::vector<std::uint32_t>> parse_sizes(std::string_view text);

}  // namespace refrag::protocol
