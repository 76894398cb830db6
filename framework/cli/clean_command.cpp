// SPDX-License-Identifier: GPL-2.0-or-later
// refrag clean: puts back what a validation that was killed left on a host.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/cli/command.hpp"
#include "framework/validate/validate.hpp"

namespace refrag::cli {

namespace {

constexpr auto clean_time = std::chrono::minutes(5);

int act(const std::string& uri) {
  const auto cleaned = validate::clean(validate::parse_uri(uri), base::Deadline::in(clean_time));
  if (cleaned.owner.empty()) {
    fmt::print("nothing of ours is left on this host\n");
    return 0;
  }
  fmt::print("undone what {} left: {} change{}\n", cleaned.owner, cleaned.what.count,
             cleaned.what.count == 1 ? "" : "s");
  for (const auto& each : cleaned.what.left) {
    fmt::print("not undone: {} {}: {}\n  by hand: {}\n", host::to_text(each.change.kind),
               each.change.name, each.why, host::by_hand(each.change));
  }
  return cleaned.what.left.empty() ? 0 : static_cast<int>(base::Fault::lab);
}

}  // namespace

void declare_clean(CLI::App& app, Action& chosen) {
  const auto uri = std::make_shared<std::string>("xen:///system");
  auto* command =
      app.add_subcommand("clean", "put back what a validation that was killed left on a host");
  command->add_option("uri", *uri, "the host, as it was given to validate")
      ->capture_default_str()
      ->type_name("URI");
  command->callback([uri, &chosen] { chosen = [uri] { return act(*uri); }; });
}

}  // namespace refrag::cli
