// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine can do for us, what is missing, and the command that mends it.
#pragma once

#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/host/lease.hpp"
#include "framework/host/survey.hpp"
#include "framework/validate/uri.hpp"

namespace refrag::validate {

enum class Health { ok, warning, missing };

struct Check {
  Health health = Health::ok;
  std::string what;       // "rights", "libvirt", ...
  std::string text;       // how it is, one line
  std::string mend = {};  // a command; empty where nothing is to be done
};

std::string_view to_text(Health health);

// Of a host that is to be validated. Pure.
std::vector<Check> check_host(const host::Survey& survey, const host::LeaseState& lease,
                              const HostUri& uri);

// Nothing is changed or put back on a host by anybody but root. Pure.
Check check_rights(const host::Survey& survey, const HostUri& uri);

// Whether this machine's KVM really works: it boots a kernel.
Check check_kvm(base::Deadline deadline);

// Of this machine as one that runs the lab: programs, KVM that really works, space in the cache.
std::vector<Check> check_lab(base::Deadline deadline);

std::string text_of(const std::vector<Check>& checks);
std::string json_of(const std::vector<Check>& checks);

// 0 when nothing is missing, else 4.
int exit_code(const std::vector<Check>& checks);

}  // namespace refrag::validate
