// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/events.hpp"

#include <thread>

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "framework/virt/call.hpp"

namespace refrag::virt {

namespace {

void ignore(void*, virErrorPtr) {}

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

}  // namespace refrag::virt
