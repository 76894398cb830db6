// SPDX-License-Identifier: GPL-2.0-or-later
// A guest's agent, call by call. All calls throw Lost when the guest is lost, and base::Error (lab)
// with the agent's words when it cannot do what it was asked.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "framework/guest/conversation.hpp"
#include "framework/protocol/frame_mark.hpp"
#include "framework/protocol/sweep.hpp"

namespace refrag::guest {

struct Card {
  std::string name;
  std::string mac;
  int mtu = 0;  // bytes of IP
};

// What runs, as the guest's own kernel says.
struct Hello {
  std::string release;        // uname -r
  std::string version;        // uname -v
  std::string machine;        // uname -m
  std::string build_id;       // hexadecimal, empty where the kernel has none
  std::string hypervisor;     // "xen", "none"
  double uptime = 0;          // seconds, when it said so
  bool has_sessions = false;  // the kernel has what they are made of
  std::vector<Card> cards;
  std::vector<std::string> problems;  // what it could not do while it started
};

struct LinkSettings {
  std::string device;
  int mtu = 0;               // bytes of IP; 0 leaves it
  std::string address = {};  // "11.11.4.1/24", empty for none
  bool up = true;
};

struct VlanSettings {
  std::string parent;
  std::string device;
  int id = 0;               // 0: a priority and no VLAN
  bool is_service = false;  // 802.1ad instead of 802.1Q
  int priority = 0;         // of all that is sent
};

// Of PPPoE, with one other machine.
struct SessionSettings {
  std::string parent;
  std::string device;
  std::string peer;  // MAC
  int id = 0;        // 1 to 65534
};

struct LinkState {
  std::string name;
  std::string mac;
  int mtu = 0;
  bool up = false;
  bool carrier = false;
};

struct Warmth {
  bool answered = false;
  int tries = 0;
  std::int64_t rtt_us = 0;  // of the try that was answered
  std::string mac;          // the neighbour's, empty when it is not known
};

class Agent {
 public:
  Agent(std::string name, std::unique_ptr<ByteStream> stream, ConsoleLines::Sink sink = {})
      : conversation_(std::move(name), std::move(stream), std::move(sink)) {}

  Hello await_hello(base::Deadline deadline);  // of a guest that is starting
  Hello hello(base::Deadline deadline);        // of one that runs

  LinkState set_link(const LinkSettings& settings, base::Deadline deadline);
  void add_vlan(const VlanSettings& settings, base::Deadline deadline);
  // In the place of one that has the same device.
  void add_session(const SessionSettings& settings, base::Deadline deadline);
  void remove_link(const std::string& device, base::Deadline deadline);
  std::vector<LinkState> links(base::Deadline deadline);

  // What the card, or the kernel in its stead, does to packets: "1" as found or "0" nothing; what
  // it is then, "other" where it is neither and empty where nothing can be changed.
  std::string offloads(const std::string& device, base::Deadline deadline);
  std::string set_offloads(const std::string& device, const std::string& value,
                           base::Deadline deadline);

  // Small echoes until one is answered, for at most this long.
  Warmth warm(const std::string& to, const std::string& device, base::milliseconds patience,
              base::Deadline deadline);

  // The other side is told to watch before, and asked what it has seen after. A sweep ends in time
  // to be reported by the deadline.
  void watch(const protocol::WatchRequest& request, base::Deadline deadline);
  protocol::SweepResult sweep(protocol::SweepRequest request, base::Deadline deadline);
  // Goes beside the sweep that is asked for next, and nobody hears how it went.
  void beside(const protocol::SweepRequest& request, base::Deadline deadline);
  std::vector<protocol::SeenSize> seen(base::Deadline deadline);

  // The agent answers at once and then does it, so that a machine that has never sent anything has
  // by the time somebody listens. What comes of it is not told; the next request waits for its end.
  void rehearse(const protocol::SweepRequest& request, base::Deadline deadline);

  // From now on the frames at that device are kept, of the last sweep or watch, until hello().
  void listen(const std::string& device, base::Deadline deadline);

  // Marks of what is kept, from that one on: as many as fit. What is kept is taken down anew when
  // the first is asked for.
  struct Marks {
    std::vector<protocol::FrameMark> marks;
    std::size_t count = 0;           // of all that there are
    std::size_t missed = 0;          // frames that found no room there
    std::chrono::nanoseconds now{};  // of its clock, when it said so
  };
  Marks marks(std::size_t from, base::Deadline deadline);

  // Those frames of them, by their places there, one after the other: as many as fit.
  std::string frames(const std::vector<std::size_t>& places, base::Deadline deadline);

  void flush(base::Deadline deadline);  // neighbours and path MTUs
  std::map<std::string, std::uint64_t> counters(const std::string& prefix, base::Deadline deadline);
  // Since the last call; only what is at least as urgent as this (KERN_DEBUG is 7).
  std::vector<std::string> kernel_log(base::Deadline deadline, int level = 7);
  void skip_kernel_log(base::Deadline deadline);  // what there is up to now
  void power_off(base::Deadline deadline);

  Conversation& conversation() { return conversation_; }

 private:
  protocol::Message ask(protocol::Message request, base::Deadline deadline);

  Conversation conversation_;
};

}  // namespace refrag::guest
