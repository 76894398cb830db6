// SPDX-License-Identifier: GPL-2.0-or-later
// A report on disk, whole or not at all. It is not synced as results are: it can be made again.
#pragma once

#include <functional>
#include <iosfwd>

#include "framework/base/files.hpp"

namespace refrag::reports {

// Written beside and renamed. Throws Error (lab), and leaves nothing then.
void write_whole(const base::fs::path& path, const std::function<void(std::ostream&)>& write);

}  // namespace refrag::reports
