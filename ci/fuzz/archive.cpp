// SPDX-License-Identifier: GPL-2.0-or-later
// Any bytes as a kernel's archive: what is unpacked stays in its folder, within its limits, and
// everything else is an Error (usage) in one line; the package's own words are read the same way.
#include "framework/kernels/archive.hpp"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <string_view>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/kernels/apt.hpp"
#include "framework/kernels/tree.hpp"

using namespace refrag;
namespace fs = std::filesystem;

namespace {

constexpr kernels::UnpackLimits limits{.bytes = 1u << 20, .entries = 200};

void require(bool holds) {
  if (!holds) std::abort();
}

template <class Work>
void one_line_or_fine(Work&& work) {
  try {
    work();
  } catch (const base::Error& error) {
    require(error.fault() == base::Fault::usage || error.fault() == base::Fault::lab);
    require(std::string_view(error.what()).find('\n') == std::string_view::npos);
  }
}

void require_inside(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_symlink()) continue;
    const auto target = fs::weakly_canonical(entry.path());
    const auto relative = target.lexically_relative(fs::canonical(folder));
    require(!relative.empty() && *relative.begin() != "..");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const base::TempDir place("fuzz");
  const auto archive = place.path() / "archive";
  const auto into = place.path() / "in" / "to";
  base::write_file(archive, {reinterpret_cast<const char*>(data), size});
  base::make_folder(into);
  const auto everything = [](std::string_view) { return true; };
  one_line_or_fine([&] {
    kernels::unpack(archive, into, everything, base::Deadline::in(base::seconds(5)), limits);
  });
  require(std::distance(fs::directory_iterator(place.path()), {}) == 2);
  require(std::distance(fs::directory_iterator(place.path() / "in"), {}) == 1);
  require_inside(into);
  one_line_or_fine([&] { kernels::find_kernel(into, "input"); });
  one_line_or_fine([&] { kernels::parse_stanza(kernels::deb_control(archive)); });
  return 0;
}
