// SPDX-License-Identifier: GPL-2.0-or-later
// A build's answer from a host that Slurm chooses.
#pragma once

#include "framework/cli/ask_build.hpp"

namespace refrag::cli {

// As ask_build(), by `srun refrag probe` on a host of its own, to which this program and these
// folders are the same. Where the lab is broken, another host is asked, three in all. What srun is
// to know besides comes from its environment (SLURM_PARTITION, SLURM_CONSTRAINT, ...).
bisect::Answer ask_slurm(const std::string& spec, const std::string& signature,
                         const run::Options& options, const base::fs::path& folder);

}  // namespace refrag::cli
