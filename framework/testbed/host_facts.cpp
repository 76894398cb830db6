// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/host_facts.hpp"

#include <algorithm>

#include "framework/base/text.hpp"
#include "framework/testbed/build_id.hpp"

namespace refrag::testbed {

namespace {

// libvirt knows Xen's major and minor version only.
constexpr auto script = R"sh(uname -r
cd /sys/hypervisor/version 2>/dev/null && echo "$(cat major).$(cat minor)$(cat extra)" || echo
od -An -v -tx1 /sys/kernel/notes)sh";

}  // namespace

HostFacts host_facts(host::Shell& shell, base::Deadline deadline) {
  auto lines = base::split(shell.run_ok(script, deadline), '\n');
  lines.resize(std::max<std::size_t>(lines.size(), 2));
  std::string notes;
  for (std::size_t i = 2; i < lines.size(); ++i) notes += lines[i];
  return {{.name = "host",
           .release = base::printable(lines[0]),
           .build_id = build_id_of(notes),
           .platform = lines[1].empty() ? "host" : "xen dom0"},
          base::printable(lines[1])};
}

}  // namespace refrag::testbed
