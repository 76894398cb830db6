// SPDX-License-Identifier: GPL-2.0-or-later
// Text from machines under test made fit for a report.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace refrag::reports {

// Text that XML 1.0 allows: valid UTF-8, of the control characters only \t and \n (\r\n becomes
// \n), neither U+FFFE nor U+FFFF. What is not allowed becomes '?' or U+FFFD. Markup is not escaped.
std::string xml_text(std::string_view text);

// A document whose names are ASCII with every other character of its valid UTF-8 as a reference: a
// reader that guesses the encoding from the bytes (xunit-viewer does) cannot guess wrongly.
std::string ascii_xml(std::string_view document);

// On one line, for an attribute: line ends and tabs become spaces.
std::string one_line(std::string_view text);

// At most `limit` bytes (and a line that says how many are missing), head and tail kept. Never cuts
// a UTF-8 sequence of valid text in two.
std::string cut_middle(std::string_view text, std::size_t limit);

// Lines of at most `width` columns, broken at spaces (a longer word stays whole); the first keeps
// its leading spaces, the others are indented by `indent` columns. Width 0: one line.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

// A name for each label made of letters, digits and the characters in `more`, all different.
std::vector<std::string> plain_names(const std::vector<std::string>& labels, std::string_view more);

// "YYYY-MM-DDThh:mm:ss", of a day that there is.
bool is_timestamp(const std::string& text);

}  // namespace refrag::reports
