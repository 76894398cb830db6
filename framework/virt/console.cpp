// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/console.hpp"

#include <fmt/format.h>

namespace refrag::virt {

Stream open_console(const Domain& domain, base::Deadline deadline) {
  const auto attach = [guest = domain.handle()](virStreamPtr stream) {
    return virDomainOpenConsole(guest.get(), nullptr, stream, VIR_DOMAIN_CONSOLE_FORCE);
  };
  return Stream::open(domain.connection(), fmt::format("using the console of {}", domain.name()),
                      attach, deadline);
}

}  // namespace refrag::virt
