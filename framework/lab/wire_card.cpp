// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/wire_card.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/kernels/modules.hpp"

namespace refrag::lab {

namespace {

struct Driver {
  std::string option;
  std::string module;
};

struct Known {
  std::string device;
  std::string board;
  int window;
  std::vector<Driver> drivers;  // all of them are needed
};

// Without its offloads virtio hands over frames as they are on a wire. Without `status` its link is
// up from the start; with it the kernel takes up to a second to notice (linkwatch). On q35 it has a
// line to the interrupt controller; on pc ACPI has to enable a link, a tenth of a second for each
// card. The old cards stay on the board that was there in their days.
const std::vector<Known>& known_cards() {
  static const std::vector<Known> cards = {
      {"virtio-net-pci,csum=off,gso=off,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ufo=off,"
       "status=off",
       "q35",
       256,
       {{"VIRTIO_PCI", "virtio_pci"}, {"VIRTIO_NET", "virtio_net"}}},
      {"e1000", "pc", 256, {{"E1000", "e1000"}}},
      // A C+, which 8139too leaves to 8139cp. Drops what finds none of its 64 buffers free; the
      // others make the sender wait.
      {"rtl8139", "pc", 48, {{"8139CP", "8139cp"}}},
  };
  return cards;
}

bool is_served(const Known& card, const kernels::KernelBuild& build) {
  const auto& config = build.config;
  if (!config.empty()) {
    return std::ranges::all_of(card.drivers, [&](const auto& d) { return config.has(d.option); });
  }
  const kernels::ModuleTree tree(build.modules);
  return std::ranges::all_of(card.drivers, [&](const auto& d) {
    return tree.is_built_in(d.module) || !tree.file_of(d.module).empty();
  });
}

}  // namespace

WireCard choose_card(const kernels::KernelBuild& build) {
  for (const auto& known : known_cards()) {
    if (!is_served(known, build)) continue;
    WireCard card{known.device, known.board, known.window, {}};
    for (const auto& driver : known.drivers) {
      card.modules.push_back({driver.module, build.config.value(driver.option) != "m"});
    }
    return card;
  }
  throw base::Error(base::Fault::usage,
                    fmt::format("{} has a driver for none of virtio, e1000 and 8139", build.label),
                    "give a kernel that was built with one of them");
}

}  // namespace refrag::lab
