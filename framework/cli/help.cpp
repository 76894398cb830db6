// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/help.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"

namespace refrag::cli {

namespace {

constexpr std::size_t first_column = 28;
constexpr std::size_t width = 100;

// CLI11 adds a check's description to the type's name: "N:INT in [0 - 9]" becomes "N", but
// "TEXT:{xen,wire}" becomes "xen|wire".
std::string value_name(const std::string& type) {
  const auto colon = type.find(':');
  if (colon == std::string::npos || type[colon + 1] != '{') return type.substr(0, colon);
  auto words = type.substr(colon + 2, type.find('}') - colon - 2);
  std::ranges::replace(words, ',', '|');
  return words;
}

}  // namespace

Help::Help() { column_width(first_column); }

std::string Help::make_option_name(const CLI::Option* option, bool is_positional) const {
  const auto name = Formatter::make_option_name(option, is_positional);
  return name.substr(0, name.find('{'));  // "--no-xen{false}"
}

std::string Help::make_option_opts(const CLI::Option* option) const {
  if (!option->get_option_text().empty()) return " " + option->get_option_text();
  if (option->get_type_size() == 0) return {};
  auto text = " " + value_name(option->get_type_name());
  if (!option->get_default_str().empty()) text += "=" + option->get_default_str();
  if (option->get_expected_max() == CLI::detail::expected_max_vector_size) text += "...";
  return option->get_required() ? text + ", required" : text;
}

std::string Help::make_option_desc(const CLI::Option* option) const {
  return reports::wrap(option->get_description(), width - first_column, 0);
}

std::string complaint(const CLI::App& app, const CLI::ParseError& error) {
  const auto unread = app.remaining();
  if (app.get_subcommands().empty() && !unread.empty()) {
    const auto* const kind = unread.front().starts_with('-') ? "option" : "command";
    return fmt::format("there is no {} '{}'; see `refrag --help`", kind, unread.front());
  }
  return fmt::format("{}; see `refrag --help`", error.what());
}

}  // namespace refrag::cli
