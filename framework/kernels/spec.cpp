// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/spec.hpp"

#include <regex>

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::kernels {

namespace {

constexpr std::string_view replica_mark = "+replica:";
constexpr std::string_view modules_mark = ",modules=";
constexpr std::string_view debian_mark = "debian:";
constexpr std::string_view architecture = "-amd64";
constexpr const char* series_or_release =
    "[0-9]+(\\.[0-9]+)*([+][0-9a-z][0-9a-z.]*)?(-[0-9][0-9a-z.]*)?";

[[noreturn]] void refuse(std::string_view text, std::string_view why, const std::string& next) {
  throw base::Error(base::Fault::usage, fmt::format("kernel '{}': {}", text, why), next);
}

bool matches(const std::string& text, const char* pattern) {
  return std::regex_match(text, std::regex(pattern));
}

DebianSpec parse_debian(std::string_view text, std::string_view rest) {
  DebianSpec spec;
  const auto slash = rest.find('/');
  if (slash != std::string_view::npos) spec.suite = rest.substr(0, slash);
  std::string series(slash == std::string_view::npos ? rest : rest.substr(slash + 1));
  if (series.ends_with(architecture)) series.resize(series.size() - architecture.size());
  for (const std::string flavour : {"cloud", "rt"}) {
    if (!series.ends_with("-" + flavour)) continue;
    spec.flavour = flavour;
    series.resize(series.size() - flavour.size() - 1);
  }
  spec.series = series;
  const bool suite_ok = slash == std::string_view::npos || matches(spec.suite, "[a-z][a-z0-9-]*");
  if (!suite_ok || !matches(spec.series, series_or_release)) {
    refuse(text, "is not debian:SERIES or debian:SUITE/SERIES",
           "for example debian:6.1, debian:trixie-backports/7 or debian:6.1.0-47-cloud");
  }
  return spec;
}

ImageSpec parse_image(std::string_view text, std::string_view rest, std::size_t comma) {
  ImageSpec spec{rest.substr(0, comma), rest.substr(comma + modules_mark.size())};
  if (spec.image.empty() || spec.modules.empty()) {
    refuse(text, "names no image or no modules folder",
           "write arch/x86/boot/bzImage,modules=/path/to/lib/modules/RELEASE");
  }
  return spec;
}

}  // namespace

Spec parse_spec(std::string_view text) {
  Spec spec{std::string(text), PathSpec{}, {}};
  auto rest = text;
  if (const auto mark = rest.rfind(replica_mark); mark != std::string_view::npos) {
    spec.replica = rest.substr(mark + replica_mark.size());
    rest = rest.substr(0, mark);
    if (!matches(spec.replica, "[a-z0-9][a-z0-9-]*") || rest.find(replica_mark) != rest.npos) {
      refuse(text, "does not name one replica after +replica:",
             "for example debian:6.1+replica:vlan-not-refragmented");
    }
  }
  if (rest.empty()) {
    refuse(text, "names no kernel", "give a .deb, a folder, or debian:SERIES such as debian:6.1");
  }
  if (rest.starts_with(debian_mark)) {
    spec.base = parse_debian(text, rest.substr(debian_mark.size()));
  } else if (const auto comma = rest.find(modules_mark); comma != std::string_view::npos) {
    spec.base = parse_image(text, rest, comma);
  } else {
    spec.base = PathSpec{rest};
  }
  return spec;
}

}  // namespace refrag::kernels
