// SPDX-License-Identifier: GPL-2.0-or-later
// A connection to a libvirtd. Copies share it; it is closed with the last of them and of the
// domains, networks and consoles that came from it.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/virt/call.hpp"
#include "framework/virt/handle.hpp"
#include "framework/virt/inbox.hpp"

namespace refrag::virt {

// Who has to be told when the connection is lost: libvirt itself leaves streams waiting for ever.
class Listeners {
 public:
  void add(const std::shared_ptr<Inbox>& inbox);
  void lost();

 private:
  std::mutex mutex_;
  std::vector<std::weak_ptr<Inbox>> inboxes_;
  bool lost_ = false;
};

class Connection {
 public:
  // Throws Error (lab) with the URI and libvirt's words. gone_fd becomes readable when the host has
  // died, and outlives the connection: whoever waits for a call is told then.
  static Connection open(const std::string& uri, base::Deadline deadline, int gone_fd = -1);

  const std::string& uri() const noexcept { return link_->uri; }

  // "Xen 4.17.5"
  std::string hypervisor(base::Deadline deadline) const;

  // A call about something on this connection (call.hpp).
  template <class Work>
  std::invoke_result_t<Work> call(const std::string& doing, base::Deadline deadline,
                                  Work work) const {
    try {
      return virt::call(doing, deadline, std::move(work), link_->gone_fd);
    } catch (const GivenUp&) {
      link_->hangs = true;
      throw;
    }
  }

  // For ending things: a libvirtd that hung once is not waited for again.
  base::Deadline time_to_close() const { return link_->time_to_close(); }

  // What the wrappers in this folder work with; owned, for use in calls that may be given up.
  std::shared_ptr<virConnect> handle() const noexcept { return {link_, link_->handle.get()}; }
  Listeners& listeners() const noexcept { return *link_->listeners; }

 private:
  struct Link {
    Link(const std::string& where, ConnectHandle opened, int gone)
        : uri(where), handle(std::move(opened)), gone_fd(gone) {}
    ~Link();  // closing waits for an answer, too

    base::Deadline time_to_close() const {
      return base::Deadline::in(base::seconds(hangs ? 0 : 2));
    }

    std::string uri;
    ConnectHandle handle;
    int gone_fd;
    std::atomic<bool> hangs = false;
    std::shared_ptr<Listeners> listeners = std::make_shared<Listeners>();
  };
  explicit Connection(std::shared_ptr<Link> link) : link_(std::move(link)) {}

  std::shared_ptr<Link> link_;
};

// Shares a handle together with the connection that it came from and that is closed after it.
template <class T, class Releaser>
std::shared_ptr<T> share(std::unique_ptr<T, Releaser> handle, const Connection& connection) {
  return {handle.release(), [connection](T* released) { Releaser()(released); }};
}

}  // namespace refrag::virt
