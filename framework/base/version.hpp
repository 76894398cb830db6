// SPDX-License-Identifier: GPL-2.0-or-later
// The order of kernel versions as upstream, Debian and RHEL write them:
// 2.6.9 < 2.6.18-128.el5 < 2.6.30-rc4 < 2.6.30 < 5.10.223-1 < 6.1.192-2 < 7.3.4-1~bpo13+1 < 7.3.4-1
#pragma once

#include <compare>
#include <string_view>

namespace refrag::base {

// Compared are the leading numbers (missing ones are 0: 6.9 is 6.9.0), then the release candidate
// (none is newest), then the rest by rpm's rules: runs of digits by value and newer than letters,
// the longer one newer, '~' older than the end.
std::weak_ordering compare_versions(std::string_view a, std::string_view b);

}  // namespace refrag::base
