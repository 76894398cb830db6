// SPDX-License-Identifier: GPL-2.0-or-later
// The one include of Catch2, so that version 2 (Debian 12) and version 3 can both serve.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
