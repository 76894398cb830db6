// SPDX-License-Identifier: GPL-2.0-or-later
// The testbed of two guests under libvirt on a host that has a shell.
#pragma once

#include <memory>

#include "framework/testbed/address.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

// Throws Error (lab) when host or libvirt do not answer, Lost when a guest does not.
std::unique_ptr<Testbed> attach_xen(const XenAddress& address, base::Deadline deadline);

}  // namespace refrag::testbed
