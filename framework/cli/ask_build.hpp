// SPDX-License-Identifier: GPL-2.0-or-later
// One build, one boot, one answer: what bisect and probe ask of a run.
#pragma once

#include <functional>
#include <string>

#include "framework/base/files.hpp"
#include "framework/bisect/answer.hpp"
#include "framework/run/options.hpp"

namespace refrag::cli {

// Runs the selected cases of the options on one kernel, in a folder of its own, and says what that
// means. `signature` is the bug that is looked for; empty: any finding is it. What cannot be judged
// and what is our own fault are answers too; Stopped is passed on.
bisect::Answer ask_build(const std::string& spec, const std::string& signature,
                         const run::Options& options, const base::fs::path& folder);

// That, or what does the same elsewhere (ask_slurm.hpp).
using AskBuild =
    std::function<bisect::Answer(const std::string& spec, const std::string& signature,
                                 const run::Options& options, const base::fs::path& folder)>;

}  // namespace refrag::cli
