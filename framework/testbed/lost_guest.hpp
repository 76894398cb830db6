// SPDX-License-Identifier: GPL-2.0-or-later
// A guest that was lost, in the words of the testbed: how, and what libvirt knows of it.
#pragma once

#include <array>
#include <string>

#include "framework/guest/lost.hpp"
#include "framework/testbed/guest_end.hpp"

namespace refrag::testbed {

// A guest that crashed or hangs did so itself; one that vanished or began anew is the lab's affair.
verdict::Outcome outcome_of(guest::Lost::How how);

// The console's words, and those of libvirt about whichever domain does not run.
std::string words_for(const guest::Lost& lost, const std::array<GuestEnd*, 2>& ends);

Lost to_lost(const guest::Lost& lost, const std::array<GuestEnd*, 2>& ends);

}  // namespace refrag::testbed
