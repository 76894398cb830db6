// SPDX-License-Identifier: GPL-2.0-or-later
// A libvirt stream as bytes: what comes is read by libvirt's event loop and waits on a descriptor,
// what goes is written with a deadline.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "framework/virt/connection.hpp"
#include "framework/virt/inbox.hpp"

namespace refrag::virt {

class Stream {
 public:
  // What a stream is attached to: calls libvirt, which gives -1 for an error. It may be given up
  // at the deadline, so it owns what it uses.
  using Attach = std::function<int(virStreamPtr)>;

  // Throws Error (lab).
  static Stream open(const Connection& connection, const std::string& doing, const Attach& attach,
                     base::Deadline deadline);

  Stream(Stream&&) = default;
  Stream& operator=(Stream&&) = delete;
  ~Stream();

  // Readable when there are bytes; at its end when the stream is, for which why_ended() has words.
  int read_fd() const noexcept { return inbox_->fd(); }
  std::string why_ended() const { return inbox_->why_ended(); }

  // All of it. Throws Error (lab) when the stream has ended or does not take it in time.
  void write(std::string_view bytes, base::Deadline deadline);

 private:
  Stream(const Connection& connection, std::string doing, std::shared_ptr<virStream> handle,
         std::shared_ptr<Inbox> inbox)
      : connection_(connection),
        doing_(std::move(doing)),
        handle_(std::move(handle)),
        inbox_(std::move(inbox)) {}

  Connection connection_;
  std::string doing_;
  std::shared_ptr<virStream> handle_;
  std::shared_ptr<Inbox> inbox_;
};

}  // namespace refrag::virt
