// SPDX-License-Identifier: GPL-2.0-or-later
// Reads the command line, runs one command, and turns what leaves it into an exit code.
#include <exception>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/cli/command.hpp"
#include "framework/cli/help.hpp"

namespace {

using namespace refrag;

int complain(const char* what, int code) {
  base::clear_status();
  fmt::print(stderr, "refrag: {}\n", base::printable(what));
  return code;
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("does a bridge between two virtual machines carry fragmented traffic unharmed?",
               "refrag");
  app.require_subcommand(1);
  app.formatter(std::make_shared<cli::Help>());
  app.set_version_flag("--version", REFRAG_VERSION);
  cli::Action chosen;
  for (const auto& command : cli::commands()) command.declare(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& shown) {
    return app.exit(shown);
  } catch (const CLI::ParseError& error) {
    return complain(cli::complaint(app, error).c_str(), cli::usage_code(app));
  }
  return chosen();
}

}  // namespace

int main(int argc, char** argv) {
  base::install_stop_handlers();
  try {
    return parse_and_run(argc, argv);
  } catch (const base::Stopped& stopped) {
    return complain("stopped; what was finished is kept", 128 + stopped.signal());
  } catch (const base::Error& error) {
    return complain(error.what(), static_cast<int>(error.fault()));
  } catch (const std::exception& error) {
    return complain(error.what(), static_cast<int>(base::Fault::internal));
  }
}
