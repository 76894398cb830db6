// SPDX-License-Identifier: GPL-2.0-or-later
// Small things with text that more than one folder needs.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace refrag::base {

// Parts between separators; "a,,b" has three, "" has none.
std::vector<std::string> split(std::string_view text, char separator);

std::string_view trim(std::string_view text);

// The last non-empty lines, joined by " | ": for one-line messages.
std::string last_lines(std::string_view text, std::size_t count);

// Shell-style match of * and ? against the whole text.
bool glob_match(std::string_view pattern, std::string_view text);

// A decimal number that fills the whole text.
std::optional<long> to_number(std::string_view text);

// For a POSIX shell: one word, whatever it holds.
std::string shell_quote(std::string_view word);

// Text from a machine under test made safe for a terminal or a log: control characters but \n and
// \t become '?', bad UTF-8 becomes U+FFFD.
std::string printable(std::string_view text);

}  // namespace refrag::base
