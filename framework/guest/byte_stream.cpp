// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/guest/byte_stream.hpp"

#include "framework/base/error.hpp"

namespace refrag::guest {

void FdStream::write(std::string_view bytes, base::Deadline deadline) {
  if (!base::write_all(out_, bytes, deadline)) {
    throw base::Error(base::Fault::lab, "the other side takes no more bytes");
  }
}

}  // namespace refrag::guest
