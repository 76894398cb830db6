// SPDX-License-Identifier: GPL-2.0-or-later
// The files through which a host's kernel is asked and told, wherever the host is: behind a shell,
// a program of ours, or the init of a machine of ours. Each call is one round trip.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/base/deadline.hpp"

namespace refrag::host {

class Files {
 public:
  using Setting = std::pair<std::string, std::string>;  // path, text

  virtual ~Files() = default;

  // By path; one that cannot be read is left out.
  virtual std::map<std::string, std::string> read(const std::vector<std::string>& paths,
                                                  base::Deadline deadline) = 0;

  // In this order. The paths that did not take their text.
  virtual std::vector<std::string> write(const std::vector<Setting>& settings,
                                         base::Deadline deadline) = 0;
};

// Of "PATH:LINE" each, as grep and our programs say it. Pure.
std::map<std::string, std::string> texts_of(std::string_view said,
                                            const std::vector<std::string>& paths);

}  // namespace refrag::host
