// SPDX-License-Identifier: GPL-2.0-or-later
// The host's user land, which reaches it as a cpio archive in the memory of a PCI card: the bytes
// are copied once, straight from the file that QEMU has mapped. In an initramfs they would be
// loaded, moved by Xen and mapped before the kernel can unpack them.
#pragma once

#include <cstddef>

namespace refrag::boot {

// The cards' memory; which card has what is agreed with framework/lab/nested_host.cpp.
inline constexpr const char* user_land_card = "/sys/bus/pci/devices/0000:00:10.0/resource2";
inline constexpr const char* guests_card = "/sys/bus/pci/devices/0000:00:11.0/resource2";

struct UnpackFailure {
  const char* path;  // what could not be made, or the card; null when all was unpacked
  int error;         // errno
};

// Unpacks a card's archive here. A machine without that card has everything in its initramfs.
UnpackFailure unpack_card(const char* memory);

// Unpacks an archive (cpio newc: folders, files and symbolic links) below the current folder, up to
// its trailer. What is there already stays or is replaced. A failure's path points into the
// archive.
UnpackFailure unpack(const char* archive, std::size_t size);

}  // namespace refrag::boot
