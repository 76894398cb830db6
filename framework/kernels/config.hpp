// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel's configuration.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace refrag::kernels {

class Config {
 public:
  Config() = default;
  // The text of a .config. What is "not set" is not in it.
  static Config parse(std::string_view text);

  // "y", "m", a value without its quotes; empty when it is not set. Names without "CONFIG_".
  std::string value(const std::string& option) const;
  bool has(const std::string& option) const { return values_.contains(option); }
  bool empty() const { return values_.empty(); }  // nothing is known about this kernel

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace refrag::kernels
