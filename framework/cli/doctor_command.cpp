// SPDX-License-Identifier: GPL-2.0-or-later
// refrag doctor: what this machine, or a host, can do, and what is missing.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/cli/command.hpp"
#include "framework/validate/doctor.hpp"
#include "framework/validate/validate.hpp"

namespace refrag::cli {

namespace {

struct Given {
  std::string uri;
  bool json = false;
};

int act(const Given& given) {
  const auto deadline = base::Deadline::in(std::chrono::minutes(5));
  const auto checks = given.uri.empty()
                          ? validate::check_lab(deadline)
                          : validate::examine(validate::parse_uri(given.uri), deadline);
  fmt::print("{}", given.json ? validate::json_of(checks) : validate::text_of(checks));
  return validate::exit_code(checks);
}

}  // namespace

void declare_doctor(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto* command = app.add_subcommand(
      "doctor", "what this machine can do, what is missing, and the command that mends it");
  command
      ->add_option("uri", given->uri,
                   "a host that is to be validated (default: this machine's lab)")
      ->type_name("URI");
  command->add_flag("--json", given->json, "one JSON document");
  command->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
