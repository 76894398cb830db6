// SPDX-License-Identifier: GPL-2.0-or-later
// One search over real builds, from its state on disk to its result there.
#pragma once

#include <string>

#include "framework/bisect/search.hpp"
#include "framework/bisect/second.hpp"
#include "framework/bisect/state.hpp"
#include "framework/cli/ask_build.hpp"

namespace refrag::cli {

struct Search {
  AskBuild ask = ask_build;
  std::size_t jobs = 1;
  bool ask_xen = true;  // about the pair that is found on wires
};

struct Found {
  bisect::Conclusion conclusion = {};
  bisect::Second second = {};
  bisect::Agreement agreement = bisect::Agreement::not_asked;
  std::string sentence = {};

  int exit_code() const;  // bisect::exit_code; 4 when Xen says otherwise
};

// What a boot has to know, kept with the search; and read again.
void keep_options(bisect::Problem& problem, const run::Options& options);
run::Options kept_options(const bisect::Problem& problem);

// Searches on, writes FOLDER/result.json, and says on stderr how many boots are left and when they
// end. Throws what bisect::drive throws.
Found search_builds(bisect::State& state, const Search& how);

}  // namespace refrag::cli
