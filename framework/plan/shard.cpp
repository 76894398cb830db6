// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/shard.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::plan {

std::string Shard::text() const { return fmt::format("{}/{}", index, count); }

Shard Shard::parse(std::string_view text) {
  constexpr long most = 10'000;
  const auto slash = std::min(text.find('/'), text.size());
  const auto index = base::to_number(text.substr(0, slash));
  const auto count = base::to_number(text.substr(std::min(slash + 1, text.size())));
  if (!index || !count || *index < 1 || *index > *count || *count > most) {
    throw base::Error(base::Fault::usage, fmt::format("shard '{}' is not I/N", text),
                      "for example 1/4, 2/4, 3/4 and 4/4 on four machines");
  }
  return {static_cast<int>(*index), static_cast<int>(*count)};
}

std::pair<std::size_t, std::size_t> Shard::of(std::size_t size) const {
  const auto parts = static_cast<std::size_t>(count);
  const auto part = static_cast<std::size_t>(index);
  return {size * (part - 1) / parts, size * part / parts};
}

}  // namespace refrag::plan
