// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/spec_list.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

using namespace refrag;
using namespace refrag::kernels;
using Catch::Contains;
using Specs = std::vector<std::string>;

namespace {

struct Place {
  base::TempDir folder{"test"};

  std::string path(const std::string& name) const { return (folder.path() / name).string(); }
  std::string file(const std::string& name, const std::string& text = {}) const {
    base::write_file(folder.path() / name, text);
    return path(name);
  }
};

}  // namespace

TEST_CASE("a glob becomes the kernels it matches, oldest first", "[kernels]") {
  const Place place;
  const auto young = place.file("linux-image-6.12.3_6.12.3-1_amd64.deb");
  const auto old = place.file("linux-image-6.1.0-9-amd64_6.1.27-1_amd64.deb");
  const auto candidate = place.file("linux-image-6.12.3-rc4_1_amd64.deb");
  place.file("notes.txt");
  CHECK(expand_globs({"debian:6.1", place.path("*.deb")}) ==
        Specs{"debian:6.1", old, candidate, young});
  CHECK(expand_globs({place.path("*6.1.*") + "+replica:vlan-not-refragmented"}) ==
        Specs{old + "+replica:vlan-not-refragmented"});
  CHECK_THROWS_WITH(expand_globs({place.path("*.rpm")}), Contains("no kernel matches"));
}

TEST_CASE("what names an existing file is no glob", "[kernels]") {
  const Place place;
  const auto odd = place.file("linux[1].deb");
  place.file("linux1.deb");
  CHECK(expand_globs({odd}) == Specs{odd});
}

TEST_CASE("a list of kernels may have comments and blank lines", "[kernels]") {
  const Place place;
  const auto list =
      place.file("list", "# nightly\ndebian:6.1\n\n  debian:trixie/6.12 # newest\r\n");
  CHECK(read_spec_file(list) == Specs{"debian:6.1", "debian:trixie/6.12"});
  CHECK_THROWS_WITH(read_spec_file(place.file("none", "# nothing\n")), Contains("names no kernel"));
  CHECK_THROWS_WITH(read_spec_file(place.path("absent")), Contains("absent"));
}

TEST_CASE("what is plainly wrong is known before anything is opened", "[kernels]") {
  const Place place;
  CHECK_NOTHROW(require_plausible("debian:6.1+replica:vlan-not-refragmented"));
  CHECK_NOTHROW(require_plausible(place.file("linux.deb", "whatever")));
  for (const auto& bad : {std::string("debian:x"), std::string("debian:6.1+replica:no-such"),
                          place.path("absent.deb"), place.path("bzImage") + ",modules=/"}) {
    INFO(bad);
    try {
      require_plausible(bad);
      FAIL("was accepted");
    } catch (const base::Error& error) {
      CHECK(error.fault() == base::Fault::usage);
    }
  }
}
