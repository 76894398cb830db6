// SPDX-License-Identifier: GPL-2.0-or-later
// Owners for libvirt's handles: the size of the pointer, released once. Several threads may share
// one (std::shared_ptr takes them over): a call that was given up still holds what it works on.
#pragma once

#include <memory>

#include <libvirt/libvirt.h>

namespace refrag::virt {

template <auto release>
struct Release {
  void operator()(auto* handle) const noexcept { release(handle); }
};

using ConnectHandle = std::unique_ptr<virConnect, Release<virConnectClose>>;
using DomainHandle = std::unique_ptr<virDomain, Release<virDomainFree>>;
using NetworkHandle = std::unique_ptr<virNetwork, Release<virNetworkFree>>;
using StreamHandle = std::unique_ptr<virStream, Release<virStreamFree>>;

static_assert(sizeof(DomainHandle) == sizeof(void*));

}  // namespace refrag::virt
