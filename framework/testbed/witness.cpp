// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/witness.hpp"

#include <fmt/format.h>

#include "framework/host/vitals.hpp"

namespace refrag::testbed {

verdict::Witness witness(host::Files& host, host::DropTrace& trace, int most,
                         const std::function<Trial(base::Deadline)>& once,
                         base::Deadline deadline) {
  verdict::Witness seen;
  while (seen.sent < most && seen.lost == 0) {
    const auto before = host::read_vitals(host, deadline);
    const auto gap = trace.begin(deadline);
    auto trial = once(deadline);
    seen.drops = trace.end(deadline);
    auto after = host::read_vitals(host, deadline);
    ++seen.sent;
    seen.lost = trial.lost ? 1 : 0;
    seen.request = std::move(trial.way.request);
    seen.reply = std::move(trial.way.reply);
    seen.moved = host::moved(before.counters, after.counters);
    seen.flows = std::move(after.flows);
    std::erase_if(seen.flows, [&](const auto& flow) {
      return flow.find(fmt::format(" id={} ", trial.ident)) == flow.npos &&
             flow.find(fmt::format(" sport={} ", trial.ident)) == flow.npos;
    });
    seen.gaps.clear();
    for (const auto& each : {gap, trial.gap}) {
      if (!each.empty()) seen.gaps.push_back(each);
    }
  }
  return seen;
}

}  // namespace refrag::testbed
