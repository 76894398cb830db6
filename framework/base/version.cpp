// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/version.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace refrag::base {

namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }
bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

template <class Test>
std::string_view take(std::string_view& text, Test&& test) {
  std::size_t size = 0;
  while (size < text.size() && test(text[size])) ++size;
  const auto taken = text.substr(0, size);
  text.remove_prefix(size);
  return taken;
}

// Digits by value, of any length.
std::weak_ordering compare_numbers(std::string_view a, std::string_view b) {
  take(a, [](char c) { return c == '0'; });
  take(b, [](char c) { return c == '0'; });
  if (a.size() != b.size()) return a.size() <=> b.size();
  return a <=> b;
}

struct Version {
  std::vector<std::string_view> numbers;
  bool is_candidate = false;
  std::string_view candidate;
  std::string_view rest;
};

Version parse(std::string_view text) {
  Version version;
  while (!text.empty() && is_digit(text[0])) {
    version.numbers.push_back(take(text, is_digit));
    if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) break;
    text.remove_prefix(1);
  }
  version.is_candidate = text.starts_with("-rc") || text.starts_with("~rc");
  if (version.is_candidate) {
    text.remove_prefix(3);
    version.candidate = take(text, is_digit);
  }
  version.rest = text;
  return version;
}

std::weak_ordering compare_leading(const Version& a, const Version& b) {
  for (std::size_t i = 0; i < std::max(a.numbers.size(), b.numbers.size()); ++i) {
    const auto left = i < a.numbers.size() ? a.numbers[i] : "0";
    const auto right = i < b.numbers.size() ? b.numbers[i] : "0";
    if (const auto order = compare_numbers(left, right); order != 0) return order;
  }
  return std::weak_ordering::equivalent;
}

// The next run of digits, run of letters, or '~'; empty at the end.
std::string_view segment(std::string_view& text) {
  take(text, [](char c) { return c != '~' && !is_digit(c) && !is_letter(c); });
  if (text.starts_with('~')) {
    const auto tilde = text.substr(0, 1);
    text.remove_prefix(1);
    return tilde;
  }
  return take(text, !text.empty() && is_digit(text[0]) ? is_digit : is_letter);
}

// '~' < the end < letters < digits
int rank(std::string_view segment) {
  if (segment.empty()) return 1;
  if (segment[0] == '~') return 0;
  return is_digit(segment[0]) ? 3 : 2;
}

std::weak_ordering compare_rest(std::string_view a, std::string_view b) {
  for (;;) {
    const auto left = segment(a);
    const auto right = segment(b);
    if (rank(left) != rank(right)) return rank(left) <=> rank(right);
    if (left.empty()) return std::weak_ordering::equivalent;
    const auto order =
        is_digit(left[0]) ? compare_numbers(left, right) : std::weak_ordering(left <=> right);
    if (order != 0) return order;
  }
}

}  // namespace

std::weak_ordering compare_versions(std::string_view a, std::string_view b) {
  const auto left = parse(a);
  const auto right = parse(b);
  if (const auto order = compare_leading(left, right); order != 0) return order;
  if (left.is_candidate != right.is_candidate) return right.is_candidate <=> left.is_candidate;
  if (const auto order = compare_numbers(left.candidate, right.candidate); order != 0) return order;
  return compare_rest(left.rest, right.rest);
}

}  // namespace refrag::base
