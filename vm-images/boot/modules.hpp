// SPDX-License-Identifier: GPL-2.0-or-later
// Loading kernel modules from inside a machine. Shared by the host's boot program and the guest
// agent; both are static and do without exceptions, streams and the heap.
#pragma once

namespace refrag::boot {

// The list has one module a line: its path, then its parameters, in an order in which every module
// comes after those it needs. Empty lines and those that start with '#' are skipped.
struct ModuleFailure {
  const char* path;  // null when everything was loaded, or the list cannot be read
  int error;         // errno; 0 when everything was loaded
};

using ModuleLoaded = void (*)(const char* path);

// Loads every module of the list, skipping what is loaded already; stops at the first that fails.
// `loaded` is called after each one; it may be null.
ModuleFailure load_modules(const char* list_path, ModuleLoaded loaded);

// One module. 0, or the errno. A module that is loaded already is no error.
int load_module(const char* path, const char* parameters);

}  // namespace refrag::boot
