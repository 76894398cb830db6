// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_capture.hpp"

namespace refrag::testbed {

void WireCapture::add(Way way, packet::View frame, base::Clock::time_point at) {
  const auto held = bytes_.size() + entries_.size() * sizeof(Entry);
  if (held + frame.size() + sizeof(Entry) > limit_) {
    ++left_out_;
    return;
  }
  entries_.push_back({at, way, bytes_.size(), frame.size()});
  packet::append(bytes_, frame);
}

void WireCapture::clear() {
  entries_.clear();
  bytes_.clear();
  left_out_ = 0;
}

WireCapture::Frame WireCapture::at(std::size_t index) const {
  const auto& entry = entries_.at(index);
  return {entry.at, entry.way, packet::View(bytes_).subspan(entry.begin, entry.size)};
}

}  // namespace refrag::testbed
