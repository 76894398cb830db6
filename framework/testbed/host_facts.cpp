// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/host_facts.hpp"

#include "framework/base/text.hpp"
#include "framework/testbed/build_id.hpp"

namespace refrag::testbed {

Machine host_machine(host::Shell& shell, base::Deadline deadline) {
  const auto said = shell.run_ok("uname -r; od -An -v -tx1 /sys/kernel/notes", deadline);
  const auto end = said.find('\n');
  return {.name = "host",
          .release = base::printable(said.substr(0, end)),
          .build_id = end == std::string::npos ? "" : build_id_of(said.substr(end)),
          .platform = "xen dom0"};
}

}  // namespace refrag::testbed
