// SPDX-License-Identifier: GPL-2.0-or-later
// Which network card a wire machine gets: the first that its kernel has a driver for. Pure.
#pragma once

#include <string>
#include <vector>

#include "framework/kernels/build.hpp"

namespace refrag::lab {

struct WireCard {
  std::string device;                          // of QEMU, with the properties that go with it
  std::string board;                           // of QEMU, that it is plugged into
  int window;                                  // frames it can hold while the machine is busy
  std::vector<kernels::WantedModule> modules;  // its driver, where that is a module
};

// By the kernel's configuration; where that is not known, by its modules. virtio needs 2.6.25, the
// others have always been there. Throws Error (usage) when there is a driver for none.
WireCard choose_card(const kernels::KernelBuild& build);

}  // namespace refrag::lab
