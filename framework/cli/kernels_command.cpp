// SPDX-License-Identifier: GPL-2.0-or-later
// refrag kernels: what is cached, what a spec names, and fetching it ahead of a run.
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/base/log.hpp"
#include "framework/cli/command.hpp"
#include "framework/kernels/build.hpp"
#include "framework/kernels/debian.hpp"
#include "framework/kernels/expand.hpp"
#include "framework/kernels/replica.hpp"

namespace refrag::cli {

namespace {

using nlohmann::json;

struct Given {
  std::vector<std::string> specs;
  kernels::OpenOptions options;
  bool as_json = false;
};

json replicas_json() {
  auto all = json::array();
  for (const auto& replica : kernels::all_replicas()) {
    all.push_back(
        {{"name", replica.name}, {"summary", replica.summary}, {"kernels", replica.kernels}});
  }
  return all;
}

json cached_json() {
  auto all = json::array();
  for (const auto& kernel : kernels::cached_kernels()) {
    all.push_back({{"package", kernel.package},
                   {"version", kernel.version},
                   {"folder", kernel.root.string()}});
  }
  return all;
}

int list(const Given& given) {
  const json found{{"kernels", cached_json()}, {"replicas", replicas_json()}};
  if (given.as_json) {
    fmt::print("{}\n", found.dump(2));
    return 0;
  }
  fmt::print("Kernels in the cache:\n");
  for (const auto& kernel : found["kernels"]) {
    fmt::print("  {:<42} {}\n", kernel["package"].get<std::string>(),
               kernel["version"].get<std::string>());
  }
  fmt::print("Bug replicas, for SPEC+replica:NAME:\n");
  for (const auto& replica : found["replicas"]) {
    fmt::print("  {:<24} {} ({})\n", replica["name"].get<std::string>(),
               replica["summary"].get<std::string>(), replica["kernels"].get<std::string>());
  }
  return 0;
}

json describe(const kernels::KernelBuild& build) {
  json missing;
  for (const auto role : {kernels::Role::dom0, kernels::Role::guest, kernels::Role::wire}) {
    missing[std::string(kernels::name_of(role))] = kernels::missing_for(role, build.config);
  }
  json replaced;
  for (const auto& [name, file] : build.overrides) replaced[name] = file.string();
  return {{"spec", build.spec},
          {"label", build.label},
          {"release", build.release},
          {"version", build.version},
          {"package", build.package},
          {"build-id", build.build_id},
          {"image", build.image.string()},
          {"modules", build.modules.string()},
          {"replica", build.replica},
          {"replaced-modules", replaced},
          {"lacks", missing}};
}

void print_plainly(const json& facts) {
  for (const auto* key : {"spec", "label", "release", "version", "package", "build-id", "image",
                          "modules", "replica"}) {
    const auto value = facts[key].get<std::string>();
    if (!value.empty()) fmt::print("{:<10} {}\n", key, value);
  }
  for (const auto& [name, file] : facts["replaced-modules"].items()) {
    fmt::print("{:<10} {} by {}\n", "replaced", name, file.get<std::string>());
  }
  for (const auto& [role, options] : facts["lacks"].items()) {
    const auto lacking = options.get<std::vector<std::string>>();
    fmt::print("as {:<7} {}\n", role,
               lacking.empty() ? "yes" : fmt::format("no: lacks {}", fmt::join(lacking, ", ")));
  }
}

// A list of one document a spec, in the order given.
int show(const Given& given) {
  auto all = json::array();
  for (const auto& spec : given.specs) {
    const auto deadline = base::Deadline::in(std::chrono::minutes(30));
    all.push_back(describe(kernels::open_kernel(spec, deadline, given.options)));
    base::clear_status();
    if (!given.as_json) print_plainly(all.back());
  }
  if (given.as_json) fmt::print("{}\n", all.dump(2));
  return 0;
}

// A list that `refrag bisect --kernels @FILE` reads.
int expand(const Given& given) {
  for (const auto& text : given.specs) {
    for (const auto& spec : kernels::expand(text, base::Deadline::in(std::chrono::minutes(30)))) {
      base::clear_status();
      fmt::print("{}\n", spec);
    }
  }
  return 0;
}

void declare_expanding(CLI::App& app, const std::shared_ptr<Given>& given, Action& chosen) {
  app.add_option("what", given->specs,
                 "@FILE, a folder of packages, a glob, debian:SERIES/* or a SPEC")
      ->required()
      ->type_name("WHAT");
  app.callback([given, &chosen] { chosen = [given] { return expand(*given); }; });
}

void declare_opening(CLI::App& app, const std::shared_ptr<Given>& given, Action& chosen) {
  app.add_option("spec", given->specs, "kernels, as for `refrag run --kernel`")
      ->required()
      ->type_name("SPEC");
  app.add_flag("--refresh", given->options.refresh, "ask Debian's mirror for newer builds now");
  app.add_flag("--json", given->as_json, "one JSON document on stdout");
  app.callback([given, &chosen] { chosen = [given] { return show(*given); }; });
}

}  // namespace

void declare_kernels(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto* kernels = app.add_subcommand("kernels", "kernels that can be tested");
  kernels->require_subcommand(1);
  auto* listing = kernels->add_subcommand("list", "what is cached, and the bug replicas");
  listing->add_flag("--json", given->as_json, "one JSON document on stdout");
  listing->callback([given, &chosen] { chosen = [given] { return list(*given); }; });
  declare_expanding(
      *kernels->add_subcommand("expand", "every build that a name stands for, as specs"), given,
      chosen);
  declare_opening(*kernels->add_subcommand("show", "what a spec names"), given, chosen);
  declare_opening(*kernels->add_subcommand("fetch", "download, unpack and build ahead of a run"),
                  given, chosen);
}

}  // namespace refrag::cli
