// SPDX-License-Identifier: GPL-2.0-or-later
// Folders that are nobody else's, where several hosts make them beside each other.
#pragma once

#include "framework/base/files.hpp"

namespace refrag::base {

// Below a parent that is there; false when the name is taken. Atomic, also over NFS. Throws Error.
bool make_new_folder(const fs::path& path);

// The folder, or with a number behind its name where that is taken; its parents too. Throws Error.
fs::path make_unused_folder(const fs::path& path);

}  // namespace refrag::base
