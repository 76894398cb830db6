// SPDX-License-Identifier: GPL-2.0-or-later
// The other end of a QEMU card's cable: a stream socket on which each frame follows its length,
// four bytes, big endian, both ways (QEMU's -netdev stream).
//
// Never blocks. A machine that does not read its card fills a queue of bounded size and no more;
// one that says nonsense breaks the link, with the reason.
#pragma once

#include <functional>
#include <string>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/packet/bytes.hpp"

namespace refrag::testbed {

class WireLink {
 public:
  static constexpr std::size_t longest_frame = 64 * 1024 + 4096;  // QEMU's own bound
  static constexpr std::size_t queue_limit = 4u << 20;            // bytes

  explicit WireLink(base::Fd socket);

  // QEMU listens; the socket may still be missing or taken by somebody who is leaving. Throws Error
  // (lab) when it cannot be had by the deadline.
  static WireLink connect(const base::fs::path& path, base::Deadline deadline);

  int fd() const noexcept { return socket_.get(); }
  bool wants_to_write() const noexcept { return !is_broken() && written_ < queue_.size(); }
  bool is_broken() const noexcept { return !problem_.empty(); }
  const std::string& problem() const noexcept { return problem_; }

  // False when the frame does not go into the queue any more: it is dropped.
  bool send(packet::View frame);
  void flush();

  // Hands over the frames that have come; reads once, so that a flood leaves time for the rest.
  void receive(const std::function<void(packet::View)>& each);

 private:
  void take_frames(const std::function<void(packet::View)>& each);
  void fail(std::string why);

  base::Fd socket_;
  packet::Bytes queue_;      // what is to be written
  std::size_t written_ = 0;  // of it
  packet::Bytes arrived_;    // room for what is read
  std::size_t filled_ = 0;   // of it
  std::string problem_;
};

}  // namespace refrag::testbed
