// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/new_folder.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::base;

TEST_CASE("a new folder is made once, an unused one under another name", "[base]") {
  const TempDir folder("test");
  CHECK(make_new_folder(folder.path() / "1"));
  CHECK_FALSE(make_new_folder(folder.path() / "1"));
  CHECK(make_unused_folder(folder.path() / "1") == folder.path() / "1.2");
  CHECK(make_unused_folder(folder.path() / "1") == folder.path() / "1.3");
  CHECK(make_unused_folder(folder.path() / "boots" / "7") == folder.path() / "boots" / "7");
  CHECK_THROWS_AS(make_new_folder(folder.path() / "absent" / "1"), Error);
}
