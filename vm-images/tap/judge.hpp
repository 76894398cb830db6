// SPDX-License-Identifier: GPL-2.0-or-later
// The oracle beside the rings: what is as it should be need not be sent to anybody, and sending
// costs an emulated host more than all else.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "framework/oracle/oracle.hpp"
#include "vm-images/agent/ring.hpp"

namespace refrag::tap {

using agent::Frame;
using agent::Ring;

struct Device {
  std::string name;
  Ring ring;
  std::uint64_t from = 0;  // since when all devices are listened at; nanoseconds of Unix time
};

// The frames since then, and since all devices were listened at.
void each_since(const Device& device, std::uint64_t since,
                const std::function<void(const Frame&)>& take);

// Of the first two devices, which are the ports of a bridge with that MTU: "ENTERED LEFT
// REFRAGMENTED UNJUDGED VIOLATIONS" of both directions (oracle::Findings). What entered before
// `from` is looked at, and not judged. Nanoseconds of Unix time.
std::string judge(const std::vector<Device>& devices, std::uint64_t from, int mtu,
                  const std::optional<oracle::Retag>& retag);

// "TAGS TAGS" of the first device and of the second; nothing when they are not given.
std::optional<oracle::Retag> retag_of(std::string_view words);

}  // namespace refrag::tap
