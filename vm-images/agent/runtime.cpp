// SPDX-License-Identifier: GPL-2.0-or-later
// What the header-only part of the C++ library needs at run time. The agent is linked with musl,
// for which Debian has no libstdc++; without exceptions this is all that is missing.
#include <cstdlib>
#include <new>

#include "vm-images/agent/fatal.hpp"

using refrag::agent::die;

void* operator new(std::size_t size) {
  if (void* const memory = std::malloc(size ? size : 1)) return memory;
  die("agent: out of memory\n");
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

namespace std {  // NOLINTBEGIN(bugprone-reserved-identifier): the library chose these names

void __throw_bad_alloc() { die("agent: out of memory\n"); }
void __throw_bad_array_new_length() { die("agent: bad array length\n"); }
void __throw_bad_function_call() { die("agent: empty function called\n"); }
void __throw_length_error(const char*) { die("agent: length error\n"); }
void __throw_logic_error(const char*) { die("agent: logic error\n"); }
void __throw_out_of_range_fmt(const char*, ...) { die("agent: out of range\n"); }
void __glibcxx_assert_fail(const char*, int, const char*, const char*) noexcept {
  die("agent: an assertion of the C++ library failed\n");
}

// NOLINTEND(bugprone-reserved-identifier)
}  // namespace std
