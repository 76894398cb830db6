// SPDX-License-Identifier: GPL-2.0-or-later
// Where an echo was lost and why, in a sentence and as a story with a drawing. Pure; says nothing
// that the witness did not see.
//
//   request 1477 entered at card a as 1500+25, was reassembled (ReasmOKs +1), and was dropped in
//   br_dev_queue_push_xmit; nothing left at card b
#pragma once

#include <string>
#include <vector>

#include "framework/verdict/witness.hpp"

namespace refrag::verdict {

// "1500+25", "44x1500+415", "nothing".
std::string frames_text(const Sighting& sighting);

// One sentence without a full stop.
std::string explain(int size, int mtu, const Witness& witness);

// The drawing of the way there and back, then counters, drops, flows and gaps; lines of text.
std::vector<std::string> story(int size, int mtu, const Witness& witness);

// The drop that a loss on the way is booked on: of a packet that carries IP, and told by the bridge
// or by what it calls rather than by somebody else. None when the kernel told of nothing like it.
const Drop* telling_drop(const Witness& witness);

}  // namespace refrag::verdict
