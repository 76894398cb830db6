// SPDX-License-Identifier: GPL-2.0-or-later
// The machine we are the init of: making it ready, saying what it is, its kernel log, its end.
#pragma once

#include <string>
#include <vector>

#include "framework/protocol/message.hpp"
#include "vm-images/agent/io.hpp"
#include "vm-images/agent/links.hpp"

namespace refrag::agent {

// File systems, settings and modules. What could not be done, a line each.
std::vector<Problem> prepare_machine();

// A `hello`: which kernel runs (release, version, build-id), on what, since when, with which cards,
// and whether it has what sessions are made of.
protocol::Message hello(Links& links);

// Kernel messages since the last call, "<priority>[time] text" each; at most limit bytes, the rest
// is left for the next call. Takes them from the kernel: only for a machine of our own.
std::optional<std::string> kernel_log(std::size_t limit);

[[noreturn]] void power_off();

}  // namespace refrag::agent
