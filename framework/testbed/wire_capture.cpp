// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_capture.hpp"

namespace refrag::testbed {

void WireCapture::add(packet::Way way, packet::View frame, base::Clock::time_point at) {
  const auto held = bytes_.size() + entries_.size() * sizeof(Entry);
  if (held + frame.size() + sizeof(Entry) > limit_) {
    ++left_out_;
    return;
  }
  entries_.push_back({at, way, bytes_.size(), frame.size()});
  packet::append(bytes_, frame);
}

void WireCapture::keep_last(std::size_t frames) {
  left_out_ = 0;
  if (entries_.size() <= frames) return;
  entries_.erase(entries_.begin(), entries_.end() - static_cast<std::ptrdiff_t>(frames));
  const auto gone = entries_.empty() ? bytes_.size() : entries_.front().begin;
  bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(gone));
  for (auto& entry : entries_) entry.begin -= gone;
}

packet::Tap WireCapture::tap(const std::string& name) const {
  packet::Tap tap{name, {}, left_out_};
  tap.frames.reserve(entries_.size());
  for (const auto& entry : entries_) {
    tap.frames.push_back({entry.at.time_since_epoch(), entry.way,
                          packet::View(bytes_).subspan(entry.begin, entry.size)});
  }
  return tap;
}

}  // namespace refrag::testbed
