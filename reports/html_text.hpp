// SPDX-License-Identifier: GPL-2.0-or-later
// Text and marks of the page. Everything that is not markup of ours goes through html().
#pragma once

#include <string>
#include <string_view>

#include "reports/heat.hpp"

namespace refrag::reports {

// For text and for attributes in double quotes; control characters and bad UTF-8 are replaced.
std::string html(std::string_view text);

// The same on one line and not longer than `limit` bytes.
std::string html_line(std::string_view text, std::size_t limit = 4096);

// `<span class="tag failed">✗ failed</span>`
std::string tag(const Look& look);
// For a kernel's standing_word() or an outcome's word.
Look look_of_word(std::string_view word);

// "3 kernels", "1 kernel"
std::string count_text(std::size_t count, std::string_view noun);

}  // namespace refrag::reports
