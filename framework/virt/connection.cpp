// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/connection.hpp"

#include <fmt/format.h>

#include "framework/base/stop.hpp"
#include "framework/virt/events.hpp"

namespace refrag::virt {

namespace {

void on_close(virConnectPtr, int, void* opaque) { static_cast<Listeners*>(opaque)->lost(); }

}  // namespace

void Listeners::add(const std::shared_ptr<Inbox>& inbox) {
  const std::lock_guard lock(mutex_);
  inboxes_.push_back(inbox);
  if (lost_) inbox->finish("the connection to libvirt was lost");
}

void Listeners::lost() {
  const std::lock_guard lock(mutex_);
  lost_ = true;
  for (const auto& weak : inboxes_) {
    if (const auto inbox = weak.lock()) inbox->finish("the connection to libvirt was lost");
  }
}

Connection Connection::open(const std::string& uri, base::Deadline deadline, int gone_fd) {
  start_events();
  const auto doing = fmt::format("connecting to {}", uri);
  const auto open = [uri, doing] {
    ConnectHandle opened(virConnectOpen(uri.c_str()));
    if (!opened) throw failure(doing);
    return opened;
  };
  auto link = std::make_shared<Link>(uri, virt::call(doing, deadline, open, gone_fd), gone_fd);
  const Connection connection(link);
  connection.call(doing, deadline, [link, doing] {
    auto* const listeners = link->listeners.get();
    if (virConnectRegisterCloseCallback(link->handle.get(), on_close, listeners, nullptr) < 0) {
      throw failure(doing);
    }
  });
  return connection;
}

// The callback holds a reference of its own, and is not called any more once it is taken away.
Connection::Link::~Link() {
  const base::StopHeld held;
  try {
    auto close = [opened = std::move(handle), told = std::move(listeners)]() mutable {
      virConnectUnregisterCloseCallback(opened.get(), on_close);
      opened.reset();
    };
    virt::call("closing " + uri, time_to_close(), std::move(close), gone_fd);
  } catch (const std::exception&) {
    // It hangs: its thread is given up, and the process will not miss it.
  }
}

std::string Connection::hypervisor(base::Deadline deadline) const {
  const auto doing = fmt::format("asking {} for its version", uri());
  return call(doing, deadline, [doing, connection = handle()] {
    unsigned long version = 0;
    const char* type = virConnectGetType(connection.get());
    if (type == nullptr || virConnectGetVersion(connection.get(), &version) < 0)
      throw failure(doing);
    return fmt::format("{} {}.{}.{}", type, version / 1000000, version / 1000 % 1000,
                       version % 1000);
  });
}

}  // namespace refrag::virt
