// SPDX-License-Identifier: GPL-2.0-or-later
// The host that the taps are on, asked and told by its kernel's files: what a shell would fork for.
#pragma once

#include <string>
#include <string_view>

#include "vm-images/agent/io.hpp"

namespace refrag::tap {

// "PATH TEXT"
agent::Problem write_setting(std::string_view request);

// "PATH...": each line of each as "PATH:LINE\n", without those that cannot be read.
std::string read_settings(std::string_view paths);

// Of the kernel, as dmesg shows them. Reads only: others get them as well.
class KernelLog {
 public:
  void open();         // from now on
  std::string take();  // what came since the last time

 private:
  agent::Fd file_;
};

}  // namespace refrag::tap
