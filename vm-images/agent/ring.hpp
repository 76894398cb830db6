// SPDX-License-Identifier: GPL-2.0-or-later
// The last few megabytes of frames at one device, both ways, kept in the kernel's own ring
// (TPACKET_V3): nothing is copied, and nobody is woken for a frame.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "vm-images/agent/io.hpp"

namespace refrag::agent {

struct Frame {
  std::uint64_t at = 0;  // nanoseconds of Unix time
  bool outgoing = false;
  bool has_tag = false;   // one that the kernel has taken off the frame
  std::uint16_t tag = 0;  // tag control information
  std::uint16_t tag_type = 0x8100;
  std::uint32_t whole = 0;  // bytes on the wire, without that tag
  std::string_view bytes;
};

// Its bytes with the tag back where it was.
void append_tagged(std::string& bytes, const Frame& frame);

// How long a frame may take to be seen by each().
inline constexpr int kRetireTime = 16;  // milliseconds

struct RingShape {
  std::uint32_t blocks = 512;     // of 32 KiB
  std::uint32_t free = 96;        // of them that the kernel has at any time: a whole sweep
  int retire_time = kRetireTime;  // milliseconds that a block is filled for at most
};

class Ring {
 public:
  Ring() = default;
  Ring(const Ring&) = delete;
  ~Ring();

  Problem open(const std::string& device, const RingShape& shape = {});

  // Takes in what the kernel has filled and gives the oldest back where room is short. To be called
  // a few times a second.
  void turn();

  // Every frame that is held, the oldest first.
  void each(const std::function<void(const Frame&)>& take) const;

  // False while there is something that each() does not show yet.
  bool is_settled() const;

  // Gives all that is held back.
  void clear();

  // From now on it is counted what finds no room. All of the ring is for what comes, but for as
  // many blocks of what was seen last as the kernel has free at other times.
  void begin();
  // Frames seen since the beginning, and after that time, that are not held any more or never were.
  std::uint32_t missed(std::uint64_t since);

 private:
  char* block(std::uint32_t index) const;
  void give_back_oldest();

  Fd socket_;
  char* memory_ = nullptr;
  RingShape shape_;
  std::uint32_t oldest_ = 0;   // block
  std::uint32_t held_ = 0;     // blocks
  std::uint32_t dropped_ = 0;  // frames
  std::uint32_t gone_ = 0;     // frames in blocks that were given back
  std::uint64_t gone_until_ = 0;
};

}  // namespace refrag::agent
