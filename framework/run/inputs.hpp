// SPDX-License-Identifier: GPL-2.0-or-later
// What a task is made from, as SHA-256: the kernels, the suite's program, the tables.
#pragma once

#include <map>
#include <string>

#include "framework/run/matrix.hpp"

namespace refrag::run {

using Inputs = std::map<std::string, std::string>;

// Throws Error when one cannot be read.
Inputs inputs_of(const KernelJob& job, const SuiteProgram& suite, const Options& options);

// What is not as it was, in one clause; empty when all is.
std::string changed(const Inputs& before, const Inputs& now);

}  // namespace refrag::run
