// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/spec.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag::kernels;

TEST_CASE("a plain text is a path", "[kernels]") {
  const auto spec = parse_spec("out/linux-image-6.1.0.deb");
  CHECK(std::get<PathSpec>(spec.base).path == "out/linux-image-6.1.0.deb");
  CHECK(spec.replica.empty());
  CHECK(spec.text == "out/linux-image-6.1.0.deb");
}

TEST_CASE("an image can be given with its modules", "[kernels]") {
  const auto spec = parse_spec("bzImage,modules=out/lib/modules/6.1.0");
  CHECK(std::get<ImageSpec>(spec.base).image == "bzImage");
  CHECK(std::get<ImageSpec>(spec.base).modules == "out/lib/modules/6.1.0");
}

TEST_CASE("a Debian kernel is a series, perhaps of a suite and a flavour", "[kernels]") {
  const auto plain = std::get<DebianSpec>(parse_spec("debian:6.1").base);
  CHECK(plain.suite.empty());
  CHECK(plain.series == "6.1");
  CHECK(plain.flavour.empty());
  const auto cloud = std::get<DebianSpec>(parse_spec("debian:trixie-backports/7.3-cloud").base);
  CHECK(cloud.suite == "trixie-backports");
  CHECK(cloud.series == "7.3");
  CHECK(cloud.flavour == "cloud");
}

TEST_CASE("one Debian build is named by its release", "[kernels]") {
  const auto old = std::get<DebianSpec>(parse_spec("debian:6.1.0-47-cloud-amd64").base);
  CHECK(old.series == "6.1.0-47");
  CHECK(old.flavour == "cloud");
  CHECK(old.is_one_build());
  for (const auto* text : {"debian:trixie/6.12.90+deb13.1", "debian:bullseye/6.1.0-0.deb11.48"}) {
    CHECK(std::get<DebianSpec>(parse_spec(text).base).is_one_build());
  }
  CHECK_FALSE(std::get<DebianSpec>(parse_spec("debian:6.12-cloud").base).is_one_build());
}

TEST_CASE("a replica can be asked of any kernel", "[kernels]") {
  const auto spec = parse_spec("debian:6.1+replica:vlan-not-refragmented");
  CHECK(std::get<DebianSpec>(spec.base).series == "6.1");
  CHECK(spec.replica == "vlan-not-refragmented");
  // A plus sign is nothing special: Debian's file names are full of them.
  const auto path = parse_spec("linux-image-6.12.90+deb13-amd64.deb+replica:tag-lost");
  CHECK(std::get<PathSpec>(path.base).path == "linux-image-6.12.90+deb13-amd64.deb");
}

TEST_CASE("what is no spec is refused with one line that helps", "[kernels]") {
  const std::string text =
      GENERATE("", "debian:", "debian:/6.1", "debian:trixie/", "debian:six", "debian:6.1.",
               "debian:6.1-fast", "debian:../6.1", "debian:a b/6.1", ",modules=x",
               "bzImage,modules=", "+replica:tag-lost",
               "debian:6.1+replica:", "debian:6.1+replica:../x", "debian:6.1+replica:a+replica:b");
  CAPTURE(text);
  try {
    parse_spec(text);
    FAIL("was accepted");
  } catch (const refrag::base::Error& error) {
    CHECK(error.fault() == refrag::base::Fault::usage);
    CHECK(std::string(error.what()).find('\n') == std::string::npos);
    CHECK(std::string(error.what()).find("; ") != std::string::npos);
  }
}
