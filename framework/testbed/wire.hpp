// SPDX-License-Identifier: GPL-2.0-or-later
// The testbed of one machine with a bridge over two cards, whose other ends are in our own hands.
#pragma once

#include <memory>

#include "framework/testbed/address.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

// Takes over the cards and the command port; whoever had them before has to be gone. Throws Lost
// when the machine does not answer.
std::unique_ptr<Testbed> attach_wire(const WireAddress& address, base::Deadline deadline);

}  // namespace refrag::testbed
