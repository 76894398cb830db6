// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/image_host.hpp"

#include <algorithm>

#include <fcntl.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "framework/lab/free_port.hpp"

namespace refrag::lab {

using base::Deadline;
using base::Error;
using base::Fault;
using base::seconds;

namespace {

std::string public_key_of(const base::fs::path& key, Deadline deadline) {
  return std::string(
      base::trim(base::run_ok({.argv = {"ssh-keygen", "-y", "-f", key.string()}}, deadline).out));
}

// systemd takes credentials from SMBIOS strings; whoever does not know them does not see them.
std::string credential(const std::string& public_key) {
  return "type=11,value=io.systemd.credential:ssh.authorized_keys.root=" + public_key;
}

}  // namespace

std::string image_format(const base::fs::path& image) {
  const auto file = base::open_file(image.string(), O_RDONLY);
  return base::read_some(file.get(), 4) == "QFI\xfb" ? "qcow2" : "raw";
}

void ImageHost::start(const ImageSpec& spec, Deadline deadline) {
  key_ = spec.key;
  std::vector<std::string> more;
  if (key_.empty()) {
    key_ = private_.path() / "key";
    base::run_ok(
        {.argv = {"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key_.string()}},
        deadline);
    more = {"-smbios", credential(public_key_of(key_, deadline))};
  }
  port_ = free_port();
  const bool kvm = spec.accelerator == Accelerator::kvm;
  std::vector<std::string> argv = {
      "qemu-system-x86_64",
      "-accel",
      kvm ? "kvm" : "tcg,thread=multi",
      "-machine",
      "pc",
      "-cpu",
      kvm ? "host" : "Nehalem,+rdrand",
      "-smp",
      "2",
      "-m",
      std::to_string(spec.memory_mib),
      "-nodefaults",
      "-no-user-config",
      "-display",
      "none",
      "-serial",
      "stdio",
      "-drive",
      fmt::format("file={},format={},if=none,id=disk,snapshot=on,file.locking=off",
                  module(spec.image), image_format(spec.image)),
      "-device",
      "virtio-blk-pci,drive=disk,bootindex=0",
      "-netdev",
      fmt::format("user,id=n0,ipv6=off,restrict=on,hostfwd=tcp:127.0.0.1:{}-:22", port_),
      "-device",
      "virtio-net-pci,netdev=n0,romfile=",
      "-device",
      "virtio-rng-pci"};
  argv.insert(argv.end(), more.begin(), more.end());
  pump_ =
      std::make_unique<ConsolePump>(argv, spec.folder / "console.log", spec.folder / "qemu.log");
}

// What connects before the machine has a network waits in vain, and a slow machine takes a minute
// for its keys: each try is given more time than the one before.
//
// The machine is ours and the port is the loopback's: what answers first is it, and is held to it.
void ImageHost::await_ssh(Deadline deadline) {
  const auto port = std::to_string(port_);
  for (int patience = 10; !deadline.expired(); patience = std::min(2 * patience, 80)) {
    if (pump_->dead()) {
      throw Error(Fault::lab, fmt::format("the image's machine ended: {} {}",
                                          pump_->panic().value_or(""), pump_->qemu_said()));
    }
    const auto scan = base::run(
        {.argv = {"ssh-keyscan", "-T", std::to_string(patience), "-p", port, "127.0.0.1"}},
        deadline.sooner(seconds(patience + 5)));
    if (scan.ok() && !base::trim(scan.out).empty()) {
      return base::write_file(private_.path() / "known_hosts", scan.out, 0600);
    }
    base::wait_readable(pump_->death_fd(), deadline.sooner(seconds(2)));
  }
  throw Error(Fault::lab, "no sshd of the image answered in time: its console ends with " +
                              base::last_lines(pump_->tail(), 3));
}

std::unique_ptr<ImageHost> ImageHost::boot(const ImageSpec& spec, Deadline deadline) {
  std::unique_ptr<ImageHost> host(new ImageHost);
  host->start(spec, deadline);
  host->await_ssh(deadline);
  return host;
}

std::string ImageHost::address() const {
  return fmt::format("+ssh://root@127.0.0.1:{}/system?keyfile={}&known_hosts={}", port_,
                     key_.string(), (private_.path() / "known_hosts").string());
}

}  // namespace refrag::lab
