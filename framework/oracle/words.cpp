// SPDX-License-Identifier: GPL-2.0-or-later
// Violations for people.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/oracle/oracle.hpp"

namespace refrag::oracle {
namespace {

constexpr std::size_t most_lines = 12;

std::string lines(const char* side, const std::vector<std::size_t>& places, const Frames& frames) {
  if (places.empty()) return fmt::format("  {:7} nothing\n", side);
  std::string text;
  for (std::size_t i = 0; i < std::min(most_lines, places.size()); ++i) {
    const auto& frame = frames.at(places[i]);
    const auto at = std::chrono::duration<double, std::milli>(frame.at).count();
    text += fmt::format("  {:7} {:10.3f} ms  {}\n", i == 0 ? side : "", at,
                        to_text(piece_of(frame.bytes, places[i])));
  }
  if (places.size() > most_lines) {
    text += fmt::format("          and {} more\n", places.size() - most_lines);
  }
  return text;
}

}  // namespace

std::string_view to_text(Kind kind) {
  constexpr std::array<std::string_view, 14> words = {"lost",
                                                      "duplicated",
                                                      "invented",
                                                      "payload-changed",
                                                      "address-changed",
                                                      "link-address-changed",
                                                      "tag-added",
                                                      "tag-lost",
                                                      "tag-changed",
                                                      "header-changed",
                                                      "df-changed",
                                                      "over-mtu",
                                                      "over-largest-fragment",
                                                      "broken-frame"};
  return words.at(static_cast<std::size_t>(kind));
}

std::string side_by_side(const Violation& violation, const Frames& entered, const Frames& left) {
  return fmt::format("{}: {}\n", to_text(violation.kind), violation.reason) +
         lines("entered", violation.entered, entered) + lines("left", violation.left, left);
}

}  // namespace refrag::oracle
