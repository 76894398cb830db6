// SPDX-License-Identifier: GPL-2.0-or-later
// refrag probe: one build's answer as an exit code for `git bisect run`: 0, 1, 125 or 128 only.
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/bisect/lines.hpp"
#include "framework/cli/ask_build.hpp"
#include "framework/cli/command.hpp"
#include "framework/run/host_lock.hpp"
#include "framework/run/run_folder.hpp"

namespace refrag::cli {

namespace {

struct Given {
  std::string kernel;
  std::string find = "fixed";
  std::string signature;
  bool as_json = false;
  run::Options options;
};

void print(const std::string& kernel, const bisect::Answer& answer) {
  fmt::print("{}: {}{}{}\n", kernel, bisect::to_text(answer.kind), answer.text.empty() ? "" : ": ",
             answer.text);
}

int act(const Given& given) {
  const auto find = *bisect::find_from(given.find);
  bisect::Answer answer;
  try {
    auto out = given.options.out.empty() ? run::default_run_folder() : given.options.out;
    answer = ask_build(given.kernel, given.signature, given.options, out);
  } catch (const std::exception& error) {
    answer = bisect::Answer::infrastructure(error.what());
  }
  base::clear_status();
  answer.host = run::host_name();
  given.as_json ? fmt::print("{}", bisect::to_line(answer)) : print(given.kernel, answer);
  return bisect::git_exit_code(find, answer);
}

}  // namespace

void declare_probe(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  given->options.testbed = "wire";
  auto* probe = app.add_subcommand(
      "probe", "judge one build for `git bisect run`: exits 0, 1, 125 (skip) or 128 (stop)");
  probe->add_option("--kernel", given->kernel, "the build")->required()->type_name("SPEC");
  probe->add_option("--find", given->find, "the first build that is fixed, or broken")
      ->check(CLI::IsMember({"fixed", "broken"}))
      ->capture_default_str();
  probe->add_option("--signature", given->signature, "only this bug counts")->type_name("NAME");
  probe->add_option("--select", given->options.select, "only these cases")->type_name("EXPR");
  probe->add_option("--testbed", given->options.testbed)
      ->check(CLI::IsMember({"xen", "wire"}))
      ->capture_default_str();
  probe->add_option("--known-bugs", given->options.known_bugs, "instead of the built-in table")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  probe->add_flag("--json", given->as_json, "the answer as one line of JSON");
  probe->add_option("--out", given->options.out, "folder of the evidence")->type_name("DIR");
  probe->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
