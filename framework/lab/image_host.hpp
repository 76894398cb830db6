// SPDX-License-Identifier: GPL-2.0-or-later
// A machine that boots from somebody's disk image, on a throw-away overlay: the image is only read.
// It is reached by ssh through a port of the loopback, and nothing else is reached from it.
#pragma once

#include <memory>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/base/files.hpp"
#include "framework/lab/console_pump.hpp"
#include "framework/lab/qemu.hpp"

namespace refrag::lab {

struct ImageSpec {
  base::fs::path image;  // qcow2 or raw
  base::fs::path key;    // private ssh key that root of the image lets in; empty: one is injected,
                         // which takes an image with systemd 252 or newer
  Accelerator accelerator = Accelerator::tcg;
  int memory_mib = 2048;
  base::fs::path folder;  // console.log and qemu.log go there
};

class ImageHost {
 public:
  // Throws Error (lab) with the console's tail when sshd does not answer by the deadline.
  static std::unique_ptr<ImageHost> boot(const ImageSpec& spec, base::Deadline deadline);

  // "+ssh://root@127.0.0.1:PORT/system?keyfile=...&known_hosts=...", to follow a driver's name.
  std::string address() const;

 private:
  ImageHost() : private_("image") {}
  void start(const ImageSpec& spec, base::Deadline deadline);
  void await_ssh(base::Deadline deadline);

  base::TempDir private_;
  base::fs::path key_;
  int port_ = 0;
  std::unique_ptr<ConsolePump> pump_;
};

// "qcow2" or "raw", by the file's first bytes; nothing else is guessed, and the overlay's format is
// never the image's choice. Throws Error (usage) when it cannot be read.
std::string image_format(const base::fs::path& image);

}  // namespace refrag::lab
