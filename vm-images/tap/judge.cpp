// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/tap/judge.hpp"

#include <algorithm>

#include "framework/oracle/taps.hpp"
#include "framework/packet/tag_list.hpp"

namespace refrag::tap {

namespace {

constexpr std::uint64_t kBefore = 500'000'000;  // nanoseconds that are looked at besides

// The bytes stay where they are: `store` is never larger than what was reserved.
packet::Tap tap_of(const Device& device, std::uint64_t since, std::string& store) {
  std::size_t size = 0;
  each_since(device, since, [&](const Frame& frame) { size += frame.bytes.size() + 4; });
  store.reserve(size);
  packet::Tap tap{.name = device.name, .frames = {}};
  each_since(device, since, [&](const Frame& frame) {
    const auto begin = store.size();
    agent::append_tagged(store, frame);
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(store.data());
    tap.frames.push_back(
        {.at = std::chrono::nanoseconds(frame.at),
         .way = frame.outgoing ? packet::Way::out_of_bridge : packet::Way::into_bridge,
         .bytes = packet::View(bytes + begin, store.size() - begin)});
  });
  return tap;
}

}  // namespace

void each_since(const Device& device, std::uint64_t since,
                const std::function<void(const Frame&)>& take) {
  const auto begin = std::max(since, device.from);
  device.ring.each([&](const Frame& frame) {
    if (frame.at >= begin) take(frame);
  });
}

std::string judge(const std::vector<Device>& devices, std::uint64_t from, int mtu,
                  const std::optional<oracle::Retag>& retag) {
  std::string stores[2];
  std::vector<packet::Tap> taps;
  for (std::size_t i = 0; i < 2; ++i) {
    taps.push_back(tap_of(devices.at(i), from > kBefore ? from - kBefore : 0, stores[i]));
  }
  const oracle::Rules rules{.mtu = mtu,
                            .hosts = packet::hosts_behind(taps),
                            .retag = retag,
                            .from = std::chrono::nanoseconds(from),
                            .ends_early = true};
  std::size_t entered = 0, left = 0, refragmented = 0, unjudged = 0, violations = 0;
  for (const auto& direction : oracle::judge(taps[0], taps[1], rules)) {
    entered += direction.findings.entered;
    left += direction.findings.left;
    refragmented += direction.findings.refragmented;
    unjudged += direction.findings.unjudged;
    violations += direction.findings.violations.size();
  }
  std::string text;
  for (const auto number : {entered, left, refragmented, unjudged, violations}) {
    if (!text.empty()) text += ' ';
    text += std::to_string(number);
  }
  return text;
}

std::optional<oracle::Retag> retag_of(std::string_view words) {
  const auto space = std::min(words.find(' '), words.size());
  auto first = packet::tags_of_word(words.substr(0, space));
  auto second = packet::tags_of_word(words.substr(std::min(space + 1, words.size())));
  if (!first || !second) return std::nullopt;
  return oracle::Retag{std::move(*first), std::move(*second)};
}

}  // namespace refrag::tap
