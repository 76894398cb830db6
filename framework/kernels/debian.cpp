// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/debian.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/kernels/archive.hpp"
#include "framework/kernels/cache.hpp"
#include "framework/kernels/tree.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

constexpr std::uint64_t unpacked_size = 1ull << 30;
const std::string any_series = "[0-9]+";
constexpr std::string_view image_prefix = "linux-image-";
constexpr std::string_view architecture = "-amd64";
constexpr auto answer_is_old_after = std::chrono::hours(24);

// The answer to "what is the newest build?", kept as a file whose time is when it was asked.
class Answer {
 public:
  explicit Answer(const DebianSpec& spec)
      : file_(kernel_cache() / "newest" /
              plain_name(fmt::format("{}_{}_{}", spec.suite, spec.series, spec.flavour))) {}

  std::optional<Package> kept() const {
    if (!fs::exists(file_)) return std::nullopt;
    const auto json = nlohmann::json::parse(base::read_file(file_), nullptr, false);
    if (!json.is_object()) return std::nullopt;
    return Package{json.value("package", ""),
                   json.value("version", ""),
                   {},
                   json.value("pinned", std::vector<std::string>())};
  }

  bool is_fresh() const {
    std::error_code never;
    const auto asked = fs::last_write_time(file_, never);
    return !never && fs::file_time_type::clock::now() - asked < answer_is_old_after;
  }

  void keep(const Package& package) const {
    base::make_folder(file_.parent_path());
    base::write_file(file_, nlohmann::json{{"package", package.name},
                                           {"version", package.version},
                                           {"pinned", package.pinned}}
                                .dump());
  }

 private:
  fs::path file_;
};

[[noreturn]] void no_such_series(const DebianSpec& spec, const std::vector<Package>& kernels,
                                 const Apt& apt) {
  std::set<std::string> series;
  for (const auto& kernel : kernels) {
    const auto numbers = base::split(kernel.version, '.');
    if (numbers.size() > 1) series.insert(numbers[0] + "." + numbers[1]);
  }
  throw Error(Fault::usage,
              fmt::format("there is no linux-image of series {}{}{} in {}", spec.series,
                          spec.flavour.empty() ? "" : "-", spec.flavour, apt.text()),
              series.empty() ? "name another suite, as in debian:trixie/6.12"
                             : fmt::format("there is {}, and other suites go by name, as in "
                                           "debian:bullseye/5.10",
                                           fmt::join(series, ", ")));
}

Package newest(const DebianSpec& spec, Apt& apt, base::Deadline deadline) {
  const auto found = apt.find(image_pattern(spec), deadline);
  if (found.empty()) {
    no_such_series(spec, apt.find(image_pattern({"", any_series, ""}), deadline), apt);
  }
  return *std::ranges::max_element(found, [](const Package& a, const Package& b) {
    return base::compare_versions(a.version, b.version) < 0;
  });
}

// Asks; a mirror that does not answer costs nothing while we know what was newest before.
Package ask(const DebianSpec& spec, bool refresh, base::Deadline deadline) {
  const Answer answer(spec);
  const auto settled = [&]() -> std::optional<Package> {
    if (refresh || !(spec.is_one_build() || answer.is_fresh())) return std::nullopt;
    return answer.kept();
  };
  if (auto known = settled()) return *known;  // whoever else is downloading
  const FileLock lock(kernel_cache() / "apt" / ".lock", deadline);
  if (auto known = settled()) return *known;
  const auto kept = answer.kept();
  Apt apt(spec.suite);
  try {
    refresh ? apt.update(deadline) : apt.update_if_old(deadline);
  } catch (const Error& error) {
    if (!kept || error.fault() != Fault::lab) throw;
    base::say(
        fmt::format("{}: using {} {}, the newest known", error.what(), kept->name, kept->version));
    return *kept;
  }
  const auto package = newest(spec, apt, deadline);
  answer.keep(package);
  return package;
}

fs::path root_of(const Package& package) {
  return kernel_cache() / "debian" /
         plain_name(fmt::format("{}_{}_amd64", package.name, package.version));
}

void download_and_unpack(const Package& package, Apt& apt, const fs::path& into,
                         base::Deadline deadline) {
  base::require_space(into, unpacked_size, "unpacking a kernel");
  const auto downloads = into / "downloads";
  std::vector<std::string> names{package.name};
  std::ranges::copy_if(package.pinned, std::back_inserter(names),
                       [](const auto& name) { return name.starts_with("linux-"); });
  for (const auto& name : names) {
    const auto deb = apt.download(name, package.version, downloads, deadline);
    base::status(fmt::format("unpacking {} {}", name, package.version));
    unpack(deb, into, is_kernel_part, deadline);
    fs::remove(deb);
  }
  fs::remove_all(downloads);
  find_kernel(into, package.name);  // what is no kernel is not kept
}

}  // namespace

std::string image_pattern(const DebianSpec& spec) {
  const auto flavour = spec.flavour.empty() ? "" : "-" + spec.flavour;
  if (spec.is_one_build()) {
    return fmt::format("linux-image-{}{}-amd64", regex_escaped(spec.series), flavour);
  }
  // linux-image- 6.1.0-56 -amd64, linux-image- 6.12.90+deb13.1 -cloud-amd64; metapackages such as
  // linux-image-6.12-amd64 have no third number.
  const auto series = spec.series == any_series ? any_series : regex_escaped(spec.series);
  const auto numbers =
      std::ranges::count(spec.series, '.') >= 2
          ? series
          : series +
                (spec.series.find('.') == std::string::npos ? "\\.[0-9]+\\.[0-9]+" : "\\.[0-9]+");
  return fmt::format("linux-image-{}([+][0-9a-z.~]+)?(-[0-9][0-9a-z.]*)?{}-amd64", numbers,
                     flavour);
}

DebianKernel fetch_kernel(const DebianSpec& spec, bool refresh, base::Deadline deadline) {
  auto package = ask(spec, refresh, deadline);
  Apt apt(spec.suite);
  const auto fetch = [&] {
    return cached_folder(root_of(package), deadline, [&](const fs::path& tmp) {
      download_and_unpack(package, apt, tmp, deadline);
    });
  };
  try {
    return {fetch(), package.name, package.version};
  } catch (const Error& error) {
    // Superseded builds leave the archive before our lists of it are a day old.
    if (refresh || error.fault() != Fault::lab || fs::exists(root_of(package))) throw;
    package = ask(spec, true, deadline);
    return {fetch(), package.name, package.version};
  }
}

std::vector<std::string> builds_of(const DebianSpec& spec, base::Deadline deadline) {
  const FileLock lock(kernel_cache() / "apt" / ".lock", deadline);
  Apt apt(spec.suite);
  apt.update_if_old(deadline);
  auto found = apt.find(image_pattern(spec), deadline);
  if (found.empty()) {
    no_such_series(spec, apt.find(image_pattern({"", any_series, ""}), deadline), apt);
  }
  std::ranges::stable_sort(found, [](const Package& a, const Package& b) {
    return base::compare_versions(a.version, b.version) < 0;
  });
  std::vector<std::string> specs;
  for (const auto& package : found) {
    std::string_view release = package.name;
    release.remove_prefix(image_prefix.size());
    release.remove_suffix(architecture.size());
    specs.push_back(
        fmt::format("debian:{}{}{}", spec.suite, spec.suite.empty() ? "" : "/", release));
  }
  return specs;
}

std::vector<DebianKernel> cached_kernels() {
  std::vector<DebianKernel> kernels;
  std::error_code error;
  for (fs::directory_iterator entry(kernel_cache() / "debian", error), end; !error && entry != end;
       entry.increment(error)) {
    const auto name = entry->path().filename().string();
    const auto parts = base::split(name, '_');
    if (parts.size() == 3 && !name.starts_with('.')) {
      kernels.push_back({entry->path(), parts[0], parts[1]});
    }
  }
  std::ranges::sort(kernels, [](const DebianKernel& a, const DebianKernel& b) {
    return base::compare_versions(a.version, b.version) < 0;
  });
  return kernels;
}

}  // namespace refrag::kernels
