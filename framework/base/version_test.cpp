// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/version.hpp"

#include <string>
#include <vector>

#include "framework/base/catch.hpp"

using refrag::base::compare_versions;

namespace {

void check_ascending(const std::vector<std::string>& versions) {
  for (std::size_t i = 0; i < versions.size(); ++i) {
    for (std::size_t j = 0; j < versions.size(); ++j) {
      CAPTURE(versions[i], versions[j]);
      CHECK((compare_versions(versions[i], versions[j]) == (i <=> j)));
    }
  }
}

}  // namespace

TEST_CASE("versions are in order across upstream, RHEL and Debian", "[base]") {
  check_ascending({"2.6.9", "2.6.18-128.el5", "2.6.30-rc4", "2.6.30", "5.10.223-1", "6.1.192-2",
                   "7.3.4-1~bpo13+1", "7.3.4-1"});
}

TEST_CASE("release candidates come before the release, in order of their numbers", "[base]") {
  check_ascending({"6.8.12", "6.9-rc1", "6.9.0-rc2", "6.9.0-rc2-00012-gabcdef0", "6.9-rc10",
                   "6.9~rc11-1~exp1", "6.9", "6.9.0-00003-g1234567", "6.9.1"});
}

TEST_CASE("RHEL's z-stream builds are newer than the build they update", "[base]") {
  check_ascending({"2.6.18-128.el5", "2.6.18-128.1.1.el5", "2.6.18-164.el5xen", "4.18.0-553.el8",
                   "4.18.0-553.el8_10", "4.18.0-553.5.1.el8_10", "5.14.0-70.el9"});
}

TEST_CASE("Debian's release strings and their point builds are in order", "[base]") {
  check_ascending({"5.10.0-9-amd64", "5.10.0-46-amd64", "6.1.0-56-amd64", "6.12.90+deb13-amd64",
                   "6.12.90+deb13.1-amd64", "6.12.107+deb12-amd64"});
}

TEST_CASE("leading zeros and missing numbers make no difference", "[base]") {
  CHECK((compare_versions("6.9", "6.9.0") == 0));
  CHECK((compare_versions("6.1.0-07", "6.1.0-7") == 0));
  CHECK((compare_versions("6.99999999999999999999", "6.100000000000000000000") < 0));
}
