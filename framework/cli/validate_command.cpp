// SPDX-License-Identifier: GPL-2.0-or-later
// refrag validate: is this host safe for fragmented VLAN traffic between guests?
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/cli/command.hpp"
#include "framework/cli/reports.hpp"
#include "framework/lab/accelerator.hpp"
#include "framework/lab/image_host.hpp"
#include "framework/run/run_folder.hpp"
#include "framework/validate/validate.hpp"

namespace refrag::cli {

namespace {

struct Given {
  std::string uri;
  lab::ImageSpec image;
  validate::Options options;
  double deadline_minutes = 10;
};

constexpr std::string_view toggle_warning =
    "--toggle: for some seconds this host's bridge-nf-* settings and a rule of ours (table ip "
    "refrag, "
    "which accepts) hold for every guest on it; traffic between them then passes connection "
    "tracking, and where the kernel has a bug it is lost";

int judge(const validate::Options& options) {
  const auto opinion = validate::validate(options);
  make_reports(options.out);
  fmt::print("\n{}", validate::text_of(opinion));
  return validate::exit_code(opinion.safety);
}

// The image's machine ends with us, and its overlay with it.
int judge_image(Given& given) {
  auto& options = given.options;
  const auto deadline = base::Deadline::in(options.deadline);
  given.image.accelerator = lab::find_accelerator(deadline);
  given.image.folder = base::fs::absolute(options.out);
  base::say(fmt::format("booting {}", given.image.image.string()));
  const auto host = lab::ImageHost::boot(given.image, deadline);
  options.host = validate::find_driver(host->address(), deadline);
  options.shown = given.image.image.string();
  return judge(options);
}

int act(Given& given) {
  auto& options = given.options;
  if (given.uri.empty() == given.image.image.empty()) {
    throw base::Error(base::Fault::usage, "which host?", "give a URI or --image FILE");
  }
  options.deadline = std::chrono::duration_cast<base::Clock::duration>(
      std::chrono::duration<double, std::ratio<60>>(given.deadline_minutes));
  if (options.out.empty()) options.out = run::default_run_folder();
  run::RunFolder::require_unused(options.out);
  base::make_folder(options.out, true);  // what is in it is about somebody's host
  if (options.toggle) base::say(toggle_warning);
  if (!given.image.image.empty()) return judge_image(given);
  options.host = validate::parse_uri(given.uri);
  return judge(options);
}

}  // namespace

void declare_validate(CLI::App& app, Action& chosen) {
  const auto given = std::make_shared<Given>();
  auto* command = app.add_subcommand(
      "validate", "is a host safe for fragmented VLAN traffic between its guests?");
  command
      ->add_option("uri", given->uri,
                   "xen:///system, qemu:///system, or another host: xen+ssh://root@host/system")
      ->type_name("URI");
  command
      ->add_option("--image", given->image.image,
                   "boot this disk image (qcow2, raw) on a throw-away overlay and validate it")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command
      ->add_option("--key", given->image.key,
                   "private ssh key that the image's root lets in (default: one is injected)")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  command->add_flag("--toggle", given->options.toggle,
                    "also try the bridge's hooks on and off, which changes settings of the whole "
                    "host for some seconds");
  command->add_option("--bridge", given->options.bridge, "use this bridge of the host's")
      ->type_name("NAME");
  command->add_option("--guest-kernel", given->options.guest, "kernel of the guests")
      ->type_name("SPEC");
  command->add_option("--out", given->options.out, "folder of this run (default: refrag-runs/TIME)")
      ->type_name("DIR");
  command->add_option("--deadline", given->deadline_minutes, "in minutes")
      ->check(CLI::PositiveNumber)
      ->capture_default_str()
      ->type_name("MINUTES");
  command->callback([given, &chosen] { chosen = [given] { return act(*given); }; });
}

}  // namespace refrag::cli
