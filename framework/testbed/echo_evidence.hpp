// SPDX-License-Identifier: GPL-2.0-or-later
// What both ends say of a sweep, put together. Pure.
#pragma once

#include <vector>

#include "framework/guest/agent.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::testbed {

// One entry for each size of the sender's result; a size that the other end does not mention is one
// that it cannot say anything about.
std::vector<verdict::EchoEvidence> echo_evidence(const protocol::SweepResult& sender,
                                                 const std::vector<protocol::SeenSize>& peer,
                                                 int count);

}  // namespace refrag::testbed
