// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/events.hpp"

#include <memory>
#include <thread>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "framework/virt/call.hpp"

namespace refrag::virt {

namespace {

using Task = std::packaged_task<void()>;

void ignore(void*, virErrorPtr) {}

void run_once(int timer, void* task) {
  virEventRemoveTimeout(timer);
  (*static_cast<Task*>(task))();
}

void forget(void* task) { delete static_cast<Task*>(task); }

bool start() {
  virSetErrorFunc(nullptr, ignore);  // or every error is on stderr as well
  if (virInitialize() < 0 || virEventRegisterDefaultImpl() < 0) throw failure("starting libvirt");
  std::thread([] {
    while (virEventRunDefaultImpl() == 0) {
    }
  }).detach();
  return true;
}

}  // namespace

void start_events() {
  static const bool started = start();
  (void)started;
}

std::future<void> between_events(std::function<void()> work) {
  auto task = std::make_unique<Task>(std::move(work));
  auto done = task->get_future();
  if (virEventAddTimeout(0, run_once, task.get(), forget) < 0) throw failure("asking for a turn");
  static_cast<void>(task.release());  // forget() has it now
  return done;
}

}  // namespace refrag::virt
