// SPDX-License-Identifier: GPL-2.0-or-later
// Finds one echo among captured frames: which of its fragments passed which tap. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/packet/capture.hpp"
#include "framework/verdict/witness.hpp"

namespace refrag::verdict {

struct Quarry {
  std::uint16_t ident = 0;  // of the ICMP echo; with UDP, its requester's port
  std::uint16_t sequence = 0;
};

struct Way {
  std::vector<Sighting> request;  // from the sender on
  std::vector<Sighting> reply;    // from the peer on
};

// What the machines behind the two ports saw themselves, where they were asked; there what is sent
// goes out and not in.
struct Inside {
  const packet::Tap* sender = nullptr;
  const packet::Tap* peer = nullptr;
};

// Frames of other echoes, of other traffic and of no known kind are passed over. A fragment without
// an echo's header belongs to the echo whose first fragment has its addresses and identification.
Way follow(const packet::Tap& sender, const packet::Tap& peer, const Quarry& quarry,
           const Inside& inside = {});

}  // namespace refrag::verdict
