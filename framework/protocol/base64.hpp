// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes as letters that a message's value has as they are (RFC 4648, section 5, without padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace refrag::protocol {

std::string to_base64(std::string_view bytes);

// Nothing where there are other letters.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace refrag::protocol
