// SPDX-License-Identifier: GPL-2.0-or-later
// A connection to a libvirtd. Copies share it; it is closed with the last of them and of the
// domains, networks and consoles that came from it.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
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
  // Throws Error (lab) with the URI and libvirt's words.
  static Connection open(const std::string& uri, base::Deadline deadline);

  const std::string& uri() const noexcept { return link_->uri; }

  // "Xen 4.17.5"
  std::string hypervisor(base::Deadline deadline) const;

  // What the wrappers in this folder work with; owned, for use in calls that may be given up.
  std::shared_ptr<virConnect> handle() const noexcept { return {link_, link_->handle.get()}; }
  Listeners& listeners() const noexcept { return *link_->listeners; }

 private:
  struct Link {
    Link(const std::string& uri_, ConnectHandle handle_) : uri(uri_), handle(std::move(handle_)) {}
    ~Link();  // closing waits for an answer, too: has a deadline of its own

    std::string uri;
    ConnectHandle handle;
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
