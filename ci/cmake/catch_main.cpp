// SPDX-License-Identifier: GPL-2.0-or-later
// Catch2's main, compiled once for every unit test program.
#define CATCH_CONFIG_MAIN
#include "framework/base/catch.hpp"
