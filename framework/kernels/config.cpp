// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/config.hpp"

#include "framework/base/text.hpp"

namespace refrag::kernels {

Config Config::parse(std::string_view text) {
  constexpr std::string_view prefix = "CONFIG_";
  Config config;
  for (const auto& line : base::split(text, '\n')) {
    std::string_view option = base::trim(line);
    const auto equals = option.find('=');
    if (!option.starts_with(prefix) || equals == std::string_view::npos) continue;
    auto value = option.substr(equals + 1);
    if (value == "n") continue;
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    config.values_[std::string(option.substr(prefix.size(), equals - prefix.size()))] = value;
  }
  return config;
}

std::string Config::value(const std::string& option) const {
  const auto found = values_.find(option);
  return found != values_.end() ? found->second : std::string();
}

}  // namespace refrag::kernels
