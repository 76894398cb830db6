// SPDX-License-Identifier: GPL-2.0-or-later
// What --help prints: CLI11's form without its lists of options that exclude each other, which say
// nothing to a reader that the error would not say, and wrapped.
#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace refrag::cli {

class Help : public CLI::Formatter {
 public:
  Help();
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override;
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

// One line for a command line that cannot be read.
std::string complaint(const CLI::App& app, const CLI::ParseError& error);

}  // namespace refrag::cli
