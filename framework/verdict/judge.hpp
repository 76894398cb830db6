// SPDX-License-Identifier: GPL-2.0-or-later
// From evidence to outcome and reason: a pure function, so that stored evidence can be judged
// again. The rules, the first that applies:
//
//  1. The cell is not what it claims (a knob read back differs, before or after; no neighbour), or
//     a knob is not the same before and after: every size is broken.
//  2. Nothing was sent, the sender's own stack refused a request, or the numbers contradict each
//     other: broken. Our test is at fault.
//  3. Fragmented sizes only. A cell may claim that the host reassembles (axes.hpp). Every
//  fragmented datagram that
//     was seen to cross (requests the peer saw, replies that came back) must be in ReasmOKs; the
//     host's own traffic is counted there too, so more is fine. Fewer means that datagrams crossed
//     unreassembled, so the setting is not in force: the size is broken (PathNotExercised),
//     whatever became of its echoes. A loss there would be booked on the wrong setting; if the
//     bridge loses without its hooks, the nf=0 cell is the one that shows it. What was lost need
//     not have been counted: it may have been lost before it was whole. So a loss stays a finding
//     as long as nothing crossed unreassembled, also when ReasmOKs never moved: then the host
//     failed to reassemble, and the reason says so.
//     Where the hooks are off the opposite is claimed: any move is broken (KnobWithoutEffect).
//     No kernel counts what it reassembles of IPv6 there; but the forward chain's own counter sees
//     datagrams where they are put together, and fragments where they are not.
//  4. Altered payload or length: failed. The bridge has to be transparent.
//  5. Something is missing and nothing came through after it: broken (LinkLost). Loss, a dead link
//     and a machine too slow to tell look the same then.
//  6. Loss, duplicates: failed. So is, in a strict sweep, what arrived in a packet longer than any
//     that it was sent in: somebody behind the bridge may not take it.
//  7. Otherwise passed.
//
// Where the rules drop all that is forwarded, nothing may cross: passed when nothing does and the
// rules' counter says that it was they, broken when anything does.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "framework/verdict/cell.hpp"
#include "framework/verdict/evidence.hpp"
#include "framework/verdict/outcome.hpp"

namespace refrag::verdict {

// Kinds that others ask for.
namespace kind {
inline constexpr std::string_view outgrown = "PacketOutgrown";
}

struct Judgement {
  Outcome outcome = Outcome::broken;
  std::string kind = {};    // one CamelCase word (PacketLoss); empty when passed
  std::string reason = {};  // one sentence; empty when passed

  bool operator==(const Judgement&) const = default;
};

// One judgement for each of evidence.echoes, in that order.
std::vector<Judgement> judge(const Cell& cell, const SweepEvidence& evidence);

// All of them: the sweep was not of the cell that it claims to be of, and nothing else that was
// seen of it is a finding of that cell.
bool are_broken(const std::vector<Judgement>& judgements);

}  // namespace refrag::verdict
