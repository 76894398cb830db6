// SPDX-License-Identifier: GPL-2.0-or-later
// Progress on stderr: on a terminal one line that is drawn again and again, plain lines elsewhere.
// Safe to call from several threads.
#pragma once

#include <string_view>

namespace refrag::base {

// A line that stays.
void say(std::string_view line);

// What is going on right now; replaces the last status on a terminal, is silent elsewhere.
void status(std::string_view text);

// Takes the status away, before something is printed on stdout.
void clear_status();

bool stderr_is_terminal() noexcept;
bool colour_wanted(int fd) noexcept;  // a terminal, NO_COLOR unset, TERM not dumb

}  // namespace refrag::base
