// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/error.hpp"

#include <system_error>

#include <fmt/format.h>

namespace refrag::base {

Error::Error(Fault fault, const std::string& what, const std::string& next)
    : std::runtime_error(next.empty() ? what : fmt::format("{}; {}", what, next)), fault_(fault) {}

Error Error::within(std::string_view doing) const {
  return Error(fault_, fmt::format("while {}: {}", doing, what()));
}

std::string errno_text(int error) { return std::generic_category().message(error); }

}  // namespace refrag::base
