// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/html_text.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"

namespace refrag::reports {

std::string html(std::string_view text) {
  std::string escaped;
  for (const char c : xml_text(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string html_line(std::string_view text, std::size_t limit) {
  return html(one_line(cut_middle(text, limit)));
}

std::string tag(const Look& look) {
  return fmt::format("<span class=\"tag {}\">{} {}</span>", look.style, look.sign, look.word);
}

Look look_of_word(std::string_view word) {
  const std::string text(word);
  if (word == "passed") return {"passed", "\u2713", text};
  if (word == "skipped") return {"skipped", "\u2013", text};
  if (word == "broken") return {"broken", "?", text};
  if (word == "failed") return {"failed", "\u2717", text};
  if (word == "expected failure") return {"expected", "\u2248", text};
  if (word == "unexpected pass") return {"failed", "!", text};
  return {"crashed", "\u2716", text};
}

std::string count_text(std::size_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace refrag::reports
