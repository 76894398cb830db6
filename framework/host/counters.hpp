// SPDX-License-Identifier: GPL-2.0-or-later
// The host's IP counters: proof that fragments were reassembled on the way, or were not.
#pragma once

#include <string_view>

#include "framework/verdict/evidence.hpp"

namespace refrag::host {

// From the text of /proc/net/snmp (two lines per protocol: names, then values). Throws Error (lab)
// when ReasmOKs is not in it.
verdict::Counters parse_snmp(std::string_view text);

}  // namespace refrag::host
