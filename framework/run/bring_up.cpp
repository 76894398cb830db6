// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/bring_up.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::run {

const TestbedKind& testbed_kind(const std::string& name) {
  static const TestbedKind kinds[] = {
      {"xen", kernels::Role::dom0, true, 2, 1536, prepare_xen, bring_up_xen},
      {"wire", kernels::Role::wire, false, 1, 512, prepare_wire, bring_up_wire},
  };
  for (const auto& kind : kinds) {
    if (kind.name == name) return kind;
  }
  throw base::Error(base::Fault::usage, fmt::format("there is no testbed {}", name),
                    "there are xen and wire");
}

}  // namespace refrag::run
