// SPDX-License-Identifier: GPL-2.0-or-later
// A guest's console by libvirt, as what an agent is spoken to through.
#pragma once

#include "framework/guest/byte_stream.hpp"
#include "framework/virt/stream.hpp"

namespace refrag::guest {

class ConsoleStream : public ByteStream {
 public:
  explicit ConsoleStream(virt::Stream stream) : stream_(std::move(stream)) {}

  int read_fd() const override { return stream_.read_fd(); }
  void write(std::string_view bytes, base::Deadline deadline) override {
    stream_.write(bytes, deadline);
  }
  std::string why_ended() const override { return stream_.why_ended(); }

 private:
  virt::Stream stream_;
};

}  // namespace refrag::guest
