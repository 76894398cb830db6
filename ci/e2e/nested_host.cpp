// SPDX-License-Identifier: GPL-2.0-or-later
// A host to validate: boots the lab's Xen with a kernel as dom0 and keeps it until its standard
// input ends. `refrag-nested-host SPEC FOLDER` prints the URI that reaches it once it is up; the
// folder gets known_hosts and the consoles. `refrag-nested-host --disk SPEC FOLDER` makes a disk
// image of it instead: disk.raw, and client_key, which it lets in.
#include "framework/lab/nested_host.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/process.hpp"
#include "framework/base/stop.hpp"
#include "framework/lab/accelerator.hpp"

namespace {

using namespace refrag;

lab::NestedSpec nested_spec(const std::string& spec, const base::fs::path& folder,
                            base::Deadline deadline) {
  base::make_folder(folder);
  return {.kernel = kernels::open_kernel(spec, deadline),
          .image = lab::host_image(deadline),
          .guest = lab::guest_image(lab::default_guest_kernel, deadline),
          .accelerator = lab::find_accelerator(deadline),
          .folder = folder};
}

void make_disk(const std::string& spec, const base::fs::path& folder) {
  const auto deadline = base::Deadline::in(std::chrono::minutes(10));
  const auto nested = nested_spec(spec, folder, deadline);
  const auto keys = lab::make_keys(folder, deadline);
  const auto initramfs =
      lab::host_initramfs(folder, nested, keys, lab::UserLand::in_initramfs, deadline);
  base::run_ok(
      {.argv = {"ci/e2e/make-disk", nested.image.xen.string(),
                kernels::uncompressed_image(nested.kernel, deadline).string(), initramfs.string(),
                lab::xen_arguments, lab::dom0_arguments, (folder / "disk.raw").string()}},
      deadline);
  base::fs::remove(initramfs);
}

void serve(const std::string& spec, const base::fs::path& folder) {
  const auto deadline = base::Deadline::in(std::chrono::minutes(10));
  const auto nested = nested_spec(spec, folder, deadline);
  const testbed::PhaseEvents events{[](const std::string&) {}, [](const std::string&, double) {}};
  auto booted = lab::NestedHost::boot(nested, events, deadline);
  if (const auto* failed = std::get_if<testbed::NotUp>(&booted)) {
    throw base::Error(base::Fault::lab, failed->phase + ": " + failed->what);
  }
  const auto& host = *std::get<std::unique_ptr<lab::NestedHost>>(booted);
  const auto key = base::read_file(host.keys().host_key.string() + ".pub");
  base::write_file(folder / "known_hosts", fmt::format("[127.0.0.1]:{} {}", host.port(), key),
                   0600);
  fmt::print("xen+ssh://root@127.0.0.1:{}/system?keyfile={}&known_hosts={}\n", host.port(),
             host.keys().client_key.string(), (folder / "known_hosts").string());
  std::fflush(stdout);
  const int fds[] = {0, host.death_fd()};
  base::wait_readable(fds, base::Deadline::never());
}

}  // namespace

int main(int argc, char** argv) {
  base::install_stop_handlers();
  try {
    const std::vector<std::string> words(argv + 1, argv + argc);
    if (words.size() == 3 && words[0] == "--disk") {
      make_disk(words[1], words[2]);
    } else if (words.size() == 2) {
      serve(words[0], words[1]);
    } else {
      throw base::Error(base::Fault::usage, "usage: refrag-nested-host [--disk] SPEC FOLDER");
    }
    return 0;
  } catch (const base::Stopped& stopped) {
    return 128 + stopped.signal();
  } catch (const base::Error& error) {
    fmt::print(stderr, "{}\n", error.what());
    return static_cast<int>(error.fault());
  }
}
