// SPDX-License-Identifier: GPL-2.0-or-later
// Calls into libvirt with a deadline, which libvirt itself has not: a call waits for its reply for
// as long as the other side keeps the connection open.
//
// Every call runs in a thread of its own and the caller waits for that thread, the deadline, a stop
// request or the news that the host has died. A call that is given up goes on alone and is
// forgotten: closing its connection under it is not possible (the close waits for a reply, too),
// and the descriptor is libvirt's. So the work has to own all that it touches: capture handles as
// shared pointers, text by value.
#pragma once

#include <future>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "framework/base/deadline.hpp"
#include "framework/base/error.hpp"

namespace refrag::virt {

// What the call that failed just now in this thread said, made one printable line: libvirt passes
// on text that hosts and guests made.
base::Error failure(std::string_view doing);

// libvirt's number (VIR_ERR_...) for the last call in this thread.
int failure_code();

// The call did not come back: nothing is known of what became of it.
class GivenUp : public base::Error {
 public:
  using Error::Error;
};

namespace detail {
void run(const std::string& doing, base::Deadline deadline, std::packaged_task<void()> task,
         int gone_fd);
}

// What `work` returns or throws. Throws GivenUp when the deadline has passed or gone_fd has become
// readable (the host died), Stopped after a stop request; `doing` is what was being done.
template <class Work>
std::invoke_result_t<Work> call(const std::string& doing, base::Deadline deadline, Work work,
                                int gone_fd = -1) {
  std::packaged_task<std::invoke_result_t<Work>()> task(std::move(work));
  auto result = task.get_future();
  detail::run(doing, deadline,
              std::packaged_task<void()>([task = std::move(task)]() mutable { task(); }), gone_fd);
  return result.get();
}

}  // namespace refrag::virt
