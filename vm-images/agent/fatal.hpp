// SPDX-License-Identifier: GPL-2.0-or-later
// Last words: a signal that ends us says so on the console, as a message, before it does.
#pragma once

namespace refrag::agent {

void install_last_words(int console);

// For the C++ run-time's own failures, such as no memory.
[[noreturn]] void die(const char* why) noexcept;

}  // namespace refrag::agent
