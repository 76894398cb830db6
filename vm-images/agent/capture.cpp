// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/capture.hpp"

#include <poll.h>
#include <time.h>

namespace refrag::agent {
namespace {

// A guest has little memory, and nobody waits for its frames: 4 MiB, used up by no less than 12 s.
constexpr RingShape kShape{.blocks = 128, .free = 0, .retire_time = 100};

}  // namespace

std::uint64_t unix_time() {
  timespec time{};
  clock_gettime(CLOCK_REALTIME, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(time.tv_nsec);
}

Problem Capture::listen(const std::string& device) {
  if (ring_ && device_ == device) return {};
  if (auto failed = ring_.emplace().open(device, kShape); !failed.empty()) {
    stop();
    return failed;
  }
  device_ = device;
  begin();
  return {};
}

void Capture::stop() {
  ring_.reset();
  marks_.clear();
  frames_.clear();
}

void Capture::begin() {
  if (!ring_) return;
  ring_->clear();
  ring_->begin();
  marks_.clear();
  frames_.clear();
  since_ = unix_time();
}

void Capture::take(const Frame& frame) {
  if (frame.at < since_) return;
  if (frame.bytes.size() < frame.whole) {
    ++missed_;
    return;
  }
  auto& bytes = frames_.emplace_back();
  append_tagged(bytes, frame);
  marks_.push_back({.at = frame.at,
                    .outgoing = frame.outgoing,
                    .size = static_cast<std::uint32_t>(bytes.size()),
                    .hash = protocol::frame_hash(bytes)});
}

void Capture::take_down() {
  marks_.clear();
  frames_.clear();
  if (!ring_) return;
  constexpr int step = 10;
  ring_->turn();
  for (int left = 3 * kShape.retire_time; left > 0 && !ring_->is_settled(); left -= step) {
    poll(nullptr, 0, step);
    ring_->turn();
  }
  missed_ = ring_->missed(since_);
  ring_->each([&](const Frame& frame) { take(frame); });
}

}  // namespace refrag::agent
