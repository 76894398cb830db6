// SPDX-License-Identifier: GPL-2.0-or-later
// What an agent is spoken to through: a guest's console, a pair of pipes in tests.
#pragma once

#include <string>
#include <string_view>

#include "framework/base/fd.hpp"

namespace refrag::guest {

class ByteStream {
 public:
  virtual ~ByteStream() = default;

  // Readable when bytes have come, at its end when the other side is gone.
  virtual int read_fd() const = 0;

  // All of it. Throws base::Error when the stream has ended or does not take it in time.
  virtual void write(std::string_view bytes, base::Deadline deadline) = 0;

  // After the end; empty when nobody knows.
  virtual std::string why_ended() const { return {}; }
};

// Descriptors: a socket, or the two ends of pipes.
class FdStream : public ByteStream {
 public:
  explicit FdStream(base::Fd socket) : in_(std::move(socket)), out_(in_.get()) {}
  FdStream(base::Fd in, base::Fd out)
      : in_(std::move(in)), own_(std::move(out)), out_(own_.get()) {}

  int read_fd() const override { return in_.get(); }
  void write(std::string_view bytes, base::Deadline deadline) override;

 private:
  base::Fd in_;
  base::Fd own_;
  int out_;
};

}  // namespace refrag::guest
