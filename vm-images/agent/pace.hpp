// SPDX-License-Identifier: GPL-2.0-or-later
// When a sweep sends what, and when it is over. Pure: told what happened and what time it is, it
// says what to do next.
//
// All echoes are in flight together as far as a window allows: what is on its way is kept under
// what queues, fragment memory and the answering kernel's ICMP socket hold, so that whatever is
// lost was not lost by our own doing.
//
// A loss is decided by a canary and not by the clock: when nothing arrives for a moment and the
// window is full or everything was sent, a small echo is sent after the others. Queues keep their
// order, so once it is back, what is still missing is lost, and leaves the window. A machine that
// is slow is slow with the canary too. Only where no canary comes back at all does the quiet time
// decide, and it counts only time in which this program was running: a machine that stood still as
// a whole has lost nothing.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/io.hpp"

namespace refrag::agent {

struct Step {
  enum class Do { send, canary, wait, finish };
  Do what = Do::wait;
  std::uint16_t sequence = 0;                             // send, canary
  Micros wait = 0;                                        // wait: at most this long
  protocol::SweepEnd end = protocol::SweepEnd::deadline;  // finish
};

class Pace {
 public:
  // Bytes of kernel memory on the way. An answering kernel's ICMP socket may hold 132 KiB, and a
  // Xen network ring 256 fragments.
  static constexpr std::uint32_t kWindow = 128 * 1024;
  static constexpr Micros kSlice = 20'000;  // longest wait between two calls of next()

  Pace(const protocol::SweepRequest& request, Micros now, std::uint32_t window = kWindow);

  // Says the same until one of the others is told.
  Step next(Micros now);

  void sent(std::uint16_t sequence, Micros now);
  void refused(std::uint16_t sequence);           // by the kernel: it will not be tried again
  void came(std::uint16_t sequence, Micros now);  // a reply; repetitions do no harm

  // Round trip of an echo that was sent.
  Micros since_sent(std::uint16_t sequence, Micros now) const;

 private:
  enum class State : std::uint8_t { waiting, in_flight, lost, done };

  struct Probe {
    State state = State::waiting;
    Micros sent_at = 0;
  };
  struct Canary {
    Micros sent_at;
    std::size_t turn;  // how many were sent or refused before it
  };

  Step when_all_sent() const;
  Step ask() const;
  void advance(Micros now);
  void canary_came(std::size_t number);
  bool has_room_for(std::uint16_t sequence) const;
  void leave_window(Probe& probe, std::uint16_t sequence, State state);
  Micros silence() const { return running_ - life_; }
  Micros settle_time() const;
  std::uint16_t sequence_of(std::size_t turn) const;
  std::uint32_t cost(std::uint16_t sequence) const;

  std::vector<std::uint32_t> sizes_;
  int count_;
  std::uint32_t window_;
  Micros quiet_;
  Micros deadline_;

  std::vector<Probe> probes_;
  std::vector<Canary> canaries_;
  std::size_t settled_ = 0;  // turns before a canary that is back
  std::size_t turn_ = 0;     // how many were sent or refused
  std::size_t open_;         // how many are neither answered nor refused
  std::uint32_t used_ = 0;   // of the window

  Micros seen_;               // time of the last call
  Micros running_ = 0;        // clock that stands still when we do
  Micros life_ = 0;           // last sign of it, on the running clock
  Micros canary_at_ = 0;      // when the last one was sent, on the running clock
  bool canary_out_ = false;   // none has come back since then
  bool canary_back_ = false;  // and no other echo or reply after it
  bool is_dead_ = false;      // quiet for so long that there is nothing to spare
  Micros longest_ = 0;        // round trip
};

}  // namespace refrag::agent
