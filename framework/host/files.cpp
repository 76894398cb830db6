// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/files.hpp"

#include "framework/base/text.hpp"

namespace refrag::host {

std::map<std::string, std::string> texts_of(std::string_view said,
                                            const std::vector<std::string>& paths) {
  std::map<std::string, std::string> texts;
  for (const auto& line : base::split(said, '\n')) {
    for (const auto& path : paths) {
      if (!line.starts_with(path) || line.substr(path.size(), 1) != ":") continue;
      texts[path] += line.substr(path.size() + 1) + "\n";
    }
  }
  return texts;
}

}  // namespace refrag::host
