// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/answer.hpp"

#include <array>

namespace refrag::bisect {

namespace {

constexpr std::array<std::string_view, 2> find_words = {"fixed", "broken"};
constexpr std::array<std::string_view, 5> kind_words = {"fixed", "broken", "cannot-judge",
                                                        "other-signature", "infrastructure"};

template <class Enum, std::size_t count>
std::optional<Enum> from(const std::array<std::string_view, count>& words, std::string_view text) {
  for (std::size_t i = 0; i < count; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  return std::nullopt;
}

}  // namespace

std::string_view to_text(Find find) { return find_words[static_cast<std::size_t>(find)]; }
std::optional<Find> find_from(std::string_view text) { return from<Find>(find_words, text); }
std::string_view to_text(Kind kind) { return kind_words[static_cast<std::size_t>(kind)]; }
std::optional<Kind> kind_from(std::string_view text) { return from<Kind>(kind_words, text); }

int git_exit_code(Find find, const Answer& answer) {
  switch (answer.kind) {
    case Kind::fixed:
      return find == Find::fixed ? 1 : 0;
    case Kind::broken:
      return find == Find::broken ? 1 : 0;
    case Kind::cannot_judge:
    case Kind::other_signature:
      return 125;
    case Kind::infrastructure:
      break;
  }
  return 128;
}

}  // namespace refrag::bisect
