// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/expand.hpp"

#include <fmt/format.h>

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

using namespace refrag;
using namespace refrag::kernels;

namespace {

// Names below a folder, expanded from `what`, without the folder again.
std::vector<std::string> names(const base::TempDir& folder, const std::string& what) {
  auto specs = expand(what, base::Deadline::never());
  for (auto& spec : specs) {
    if (const auto at = spec.find(folder.path().string()); at == 0) {
      spec.erase(0, folder.path().string().size() + 1);
    }
  }
  return specs;
}

void touch(const base::TempDir& folder, const std::string& name) {
  base::write_file(folder.path() / name, "");
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a folder of packages is its kernels, oldest first", "[kernels]") {
  const base::TempDir folder("expand");
  for (const auto* name : {"linux-image-6.1.10_1_amd64.deb", "linux-image-6.1.9_1_amd64.deb",
                           "notes.txt", "linux-image-6.1.9-dbg_1_amd64.deb",
                           "linux-headers-6.1.9_1_amd64.deb", "kernel-devel-6.2.rpm"}) {
    touch(folder, name);
  }
  CHECK(names(folder, folder.path()) ==
        Names{"linux-image-6.1.9_1_amd64.deb", "linux-image-6.1.10_1_amd64.deb"});
  CHECK(names(folder, folder.path() / "*6.1.1*.deb") == Names{"linux-image-6.1.10_1_amd64.deb"});
}

TEST_CASE("a folder of kernel folders is these, one kernel's folder is itself", "[kernels]") {
  const base::TempDir folder("expand");
  for (const auto* name : {"b/boot", "a/lib/modules", "c/src"}) {
    base::make_folder(folder.path() / name);
  }
  CHECK(names(folder, folder.path()) == Names{"a", "b"});
  CHECK(names(folder, folder.path() / "b") == Names{"b"});
}

TEST_CASE("a list keeps its order and may hold whatever names builds", "[kernels]") {
  const base::TempDir folder("expand");
  touch(folder, "linux-image-5_1_amd64.deb");
  base::write_file(folder.path() / "list", "# oldest first\n debian:6.12 \n\ndebian:6.1 # old\n" +
                                               folder.path().string() + "/*.deb\n");
  const auto list = fmt::format("@{}/list", folder.path().string());
  CHECK(names(folder, list) == Names{"debian:6.12", "debian:6.1", "linux-image-5_1_amd64.deb"});
  CHECK(names(folder, list + "+replica:x").front() == "debian:6.12+replica:x");
}

TEST_CASE("a spec is itself, and nothing is refused", "[kernels]") {
  const base::TempDir folder("expand");
  CHECK(names(folder, "debian:6.1+replica:x") == Names{"debian:6.1+replica:x"});
  CHECK(names(folder, "no/such.deb") == Names{"no/such.deb"});
  CHECK_THROWS_WITH(names(folder, folder.path()), Catch::Contains("there is no kernel in"));
  CHECK_THROWS_AS(names(folder, folder.path() / "*.deb"), base::Error);
}
