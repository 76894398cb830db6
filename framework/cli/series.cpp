// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/cli/series.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/kernels/build.hpp"
#include "framework/kernels/expand.hpp"

namespace refrag::cli {

namespace {

// Fetching and building one that is not cached.
constexpr auto opening = std::chrono::minutes(30);

bisect::Build open(const std::string& spec) {
  base::status(fmt::format("opening {}", spec));
  const auto opened = kernels::open_kernel(spec, base::Deadline::in(opening));
  return {opened.label, spec, opened.version};
}

// Builds of one version in several folders are told apart by these.
void make_labels_unique(std::vector<bisect::Build>& builds) {
  std::map<std::string, int> times;
  for (const auto& build : builds) ++times[build.label];
  for (auto& build : builds) {
    if (times[build.label] < 2) continue;
    const auto last = build.spec.find_last_of('/');
    const auto end = last == std::string::npos ? build.spec : build.spec.substr(last + 1);
    build.label = fmt::format("{} ({})", build.label, end);
  }
}

}  // namespace

std::vector<bisect::Build> open_series(const std::vector<std::string>& names, Order order) {
  std::vector<bisect::Build> builds;
  for (const auto& name : names) {
    for (const auto& spec : kernels::expand(name, base::Deadline::in(opening))) {
      builds.push_back(open(spec));
    }
  }
  make_labels_unique(builds);
  if (order == Order::version) bisect::sort_by_version(builds);
  return builds;
}

std::size_t index_of(const std::vector<bisect::Build>& builds, const std::string& name) {
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < builds.size(); ++i) {
    const auto& [label, spec, version] = builds[i];
    if (name != label && name != spec && name != version) continue;
    if (found) {
      throw base::Error(base::Fault::usage, fmt::format("more than one build is {}", name),
                        "name it as --kernels does");
    }
    found = i;
  }
  if (found) return *found;
  throw base::Error(base::Fault::usage, fmt::format("none of the builds is {}", name),
                    "name one by its label, spec or version");
}

}  // namespace refrag::cli
