// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes on their way from libvirt's event loop to whoever waits on a descriptor for them. The loop
// is never held up: what nobody reads is kept up to the capacity, and more than that ends it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "framework/base/fd.hpp"

namespace refrag::virt {

class Inbox {
 public:
  Inbox();

  // Readable when there are bytes, at its end after finish().
  int fd() const noexcept { return pipe_.read_end.get(); }

  // False when it has ended, or ends because the capacity is used up.
  bool put(std::string_view bytes);

  // No more bytes will come, and why. The first reason stays.
  void finish(std::string_view why);

  // Why it has ended; empty while it has not.
  std::string why_ended() const;

 private:
  void end(std::string_view why);  // mutex_ is held

  base::Pipe pipe_;
  std::size_t capacity_;  // bytes
  mutable std::mutex mutex_;
  std::string why_;
};

}  // namespace refrag::virt
