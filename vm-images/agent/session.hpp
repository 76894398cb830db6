// SPDX-License-Identifier: GPL-2.0-or-later
// A PPPoE session with another machine, as a device with IP packets: a TUN device, and a process
// that carries its packets to the card in frames and back (the pump). For kernels without PPP. What
// the kernel does with a packet, to fragment it and put it together, it does at that device.
//
// Nothing is lost by that without a word: what the pump cannot hand on ends it, the device with it,
// and trouble() tells; so it does of what found no room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "vm-images/agent/links.hpp"
#include "vm-images/agent/pppoe.hpp"

namespace refrag::agent {

struct SessionPlan {
  std::string device;  // to be made
  std::string parent;  // the card
  MacBytes peer = {};
  std::uint16_t id = 0;
  bool may_load = false;  // the kernel's modules and its device nodes are ours to make
};

// A child process, which ends with its owner.
class Child {
 public:
  explicit Child(pid_t pid = 0) noexcept : pid_(pid) {}
  Child(Child&& other) noexcept : pid_(std::exchange(other.pid_, 0)) {}
  Child& operator=(Child&& other) noexcept {
    std::swap(pid_, other.pid_);
    return *this;
  }
  ~Child();

  bool is_there() const { return pid_ > 0; }
  std::optional<int> ended();  // as wait(2) says it, once

 private:
  pid_t pid_;
};

class Session {
 public:
  Problem open(const SessionPlan& plan);
  const std::string& device() const { return device_; }
  bool has_ended() const { return !ended_.empty(); }
  Problem trouble(Links& links);  // since it was asked last

 private:
  Problem fork_pump(const Fd& tun, const PppoeEnds& ends, int card_index);

  std::string device_;
  Fd card_;
  Child pump_;
  std::string ended_;          // why it has
  std::uint32_t dropped_ = 0;  // by the device, as told
};

class Sessions {
 public:
  // In the place of one that has the same device.
  Problem add(const SessionPlan& plan);
  bool remove(const std::string& device);  // if it is one

  // Why what is missing may have been lost by one of them, said once; empty when it was not.
  Problem trouble(Links& links);

 private:
  std::vector<Session> sessions_;
};

// Whether the kernel has what a session is made of.
bool may_have_sessions();

}  // namespace refrag::agent
