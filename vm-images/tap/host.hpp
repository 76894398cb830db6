// SPDX-License-Identifier: GPL-2.0-or-later
// The host that the taps are on, asked and told by its kernel's files: what a shell would fork for.
#pragma once

#include <string>
#include <string_view>

#include "vm-images/agent/io.hpp"
#include "vm-images/wire/port_knobs.hpp"

namespace refrag::tap {

// Up to the next blank, which is taken away with it.
std::string_view take_word(std::string_view& text);

// "PATH TEXT"
agent::Problem write_setting(std::string_view request);

// "PATH...": each line of each as "PATH:LINE\n", without those that cannot be read.
std::string read_settings(std::string_view paths);

// These two and the bridge that the first is a port of.
wire::Ports ports_of(const std::string& a, const std::string& b);

// "NAME VALUE", of vm-images/wire/port_knobs.hpp; and all of them, "NAME VALUE\n" each.
agent::Problem set_knob(const wire::Ports& ports, std::string_view request);
std::string read_knobs(const wire::Ports& ports);

// Of the kernel, as dmesg shows them. Reads only: others get them as well.
class KernelLog {
 public:
  void open();         // from now on
  std::string take();  // what came since the last time

 private:
  agent::Fd file_;
};

}  // namespace refrag::tap
