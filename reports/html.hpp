// SPDX-License-Identifier: GPL-2.0-or-later
// The page for people: one file without any external address. It answers in this order: is
// anything wrong; on which kernels, since when; what exactly. It is whole without its script, which
// only adds arrow keys to the heat map and opens what is printed.
#pragma once

#include <iosfwd>

#include "reports/run.hpp"

namespace refrag::reports {

// `folder`: where the page will be, for its links to evidence.
void write_html(const Run& run, const base::fs::path& folder, std::ostream& out);

}  // namespace refrag::reports
