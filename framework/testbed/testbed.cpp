// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/testbed.hpp"

#include <fmt/format.h>

#include "framework/testbed/address.hpp"
#include "framework/testbed/wire.hpp"
#include "framework/testbed/xen.hpp"

namespace refrag::testbed {

Lost::Lost(verdict::Outcome how, const std::string& what, std::string console_tail)
    : std::runtime_error(what), how_(how), console_tail_(std::move(console_tail)) {}

std::unique_ptr<Testbed> attach(const base::fs::path& address, base::Deadline deadline) {
  const auto kind = read_kind(address);
  if (kind == "xen" || kind == "kvm") return attach_xen(read_xen_address(address), deadline);
  if (kind == "wire") return attach_wire(read_wire_address(address), deadline);
  throw base::Error(base::Fault::lab, fmt::format("there is no testbed {}", kind));
}

}  // namespace refrag::testbed
