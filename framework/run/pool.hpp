// SPDX-License-Identifier: GPL-2.0-or-later
// Several hosts at once.
#pragma once

#include <cstddef>
#include <functional>

#include "framework/run/bring_up.hpp"

namespace refrag::run {

// How many testbeds of that kind this machine has cores and free memory for; at least one.
int room_for(const TestbedKind& kind);

// work(0) to work(count - 1), each once, at most `workers` at a time, begun in order; the first
// exception ends the beginning of further ones and is thrown when all that were begun have ended.
void in_parallel(int workers, std::size_t count, const std::function<void(std::size_t)>& work);

}  // namespace refrag::run
