// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine of each role needs from its kernel: options that have to be set and modules that
// have to be loaded before its first process. Data, so that it is changed in one place.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/kernels/config.hpp"

namespace refrag::kernels {

enum class Role {
  dom0,       // Xen's control domain: the bridge under test, backends, a virtio card
  guest,      // a PV domain run by our agent
  kvm_guest,  // a PC with virtio cards, run by our agent
  wire,       // a QEMU machine with a bridge over two cards
};

std::string_view name_of(Role role);

struct WantedModule {
  std::string name;
  bool optional = false;  // in some kernels a part of another module, or not there at all
  std::string parameters = {};
};

// In the order in which they are to be loaded; what they depend on is found by load_order().
const std::vector<WantedModule>& modules_for(Role role);

// What can be loaded after these, when the machine answers already, or only where it is used.
const std::vector<WantedModule>& modules_later_for(Role role);

// Options without which the role cannot be filled, as "CONFIG_XEN_DOM0"; empty when all are set or
// when nothing is known about the kernel.
std::vector<std::string> missing_for(Role role, const Config& config);

}  // namespace refrag::kernels
