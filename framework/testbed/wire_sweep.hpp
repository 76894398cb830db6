// SPDX-License-Identifier: GPL-2.0-or-later
// One sweep between the two endpoints of the wire: what is sent when, what came of it, and when it
// is over. Told the time, it neither waits nor reads a clock.
//
// All echoes are in flight together as far as a window of frames allows, so that nothing is lost by
// our own doing: it is less than what the cards' rings and the machine's queues hold.
//
// A loss is decided by a canary and not by the clock: a small echo sent behind the others. A bridge
// with one processor keeps the order, so once it is back, what is still missing is lost; a second
// one sent a moment later has to agree. A machine that is slow is slow with the canaries too. Only
// where no canary comes back at all does a long silence end the sweep, and then nothing is settled.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/protocol/sweep.hpp"
#include "framework/testbed/wire_endpoint.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::testbed {

struct WireSweepPlan {
  packet::Ipv4Address to = {};
  std::vector<int> sizes = {};  // bytes of echo payload
  int count = 3;                // echoes of each size
  bool dont_fragment = false;
  std::uint16_t ident = 0;  // another one for each sweep; first_udp_ident or more for UDP
  std::uint32_t seed = 0;   // of the payload
  std::chrono::milliseconds quiet{5000};  // without an echo until it is given up
  std::size_t window = 256;               // frames; a datagram that is longer goes alone
};

class WireSweep {
 public:
  using Time = WireEndpoint::Time;

  static constexpr auto retry = std::chrono::milliseconds(100);  // between two canaries, at least
  static constexpr auto grace = std::chrono::milliseconds(20);   // before the second one

  // `to` has to be a neighbour of `from`. Throws Error (usage) for more than 60000 echoes.
  WireSweep(WireSweepPlan plan, WireEndpoint& from, WireEndpoint& to, Time now, Time deadline);
  ~WireSweep();
  WireSweep(const WireSweep&) = delete;
  WireSweep& operator=(const WireSweep&) = delete;

  // Sends what may be sent now; true once it is over. To be called after frames have been taken,
  // and every few milliseconds.
  bool step(Time now);

  protocol::SweepEnd end() const noexcept { return end_; }
  std::vector<verdict::EchoEvidence> evidence() const;

 private:
  struct Probe {
    bool seen = false;
    bool answered = false;
    std::size_t position = 0;  // frames sent up to its end; 0 when it was not sent
    Time at = {};
  };
  struct Canary {
    std::size_t position;
    Time at;
  };

  bool is_over(Time now);
  bool all_sent() const { return turn_ == probes_.size(); }
  bool has_room() const;
  bool canary_is_due(Time now) const;
  void send_next(Time now);
  void send_canary(Time now);
  void seen(const WireEndpoint::Arrival& arrival);
  void came(const WireEndpoint::Arrival& arrival);
  void canary_came(std::size_t number, Time now);
  std::size_t index_of(std::uint16_t sequence) const;
  std::uint16_t sequence_of(std::size_t turn) const;
  std::size_t frames_of(int size) const;
  bool has_outgrown(const WireEndpoint::Arrival& arrival, int size) const;

  WireSweepPlan plan_;
  WireEndpoint& from_;
  WireEndpoint& to_;
  Time deadline_;

  std::vector<Probe> probes_;                    // by ICMP sequence
  std::vector<verdict::EchoEvidence> evidence_;  // by size
  std::size_t turn_ = 0;                         // probes sent or refused
  std::size_t open_;                             // neither answered nor refused
  std::size_t sent_frames_ = 0;
  std::size_t probe_frames_ = 0;  // of sent_frames_: up to the last probe that was sent
  std::size_t done_frames_ = 0;   // of sent_frames_: up to the last echo that came back

  std::vector<Canary> canaries_;
  bool tail_back_ = false;  // a canary behind the last probe
  bool settled_ = false;
  Time tail_back_at_ = {};
  Time life_;                    // the last echo of ours that arrived anywhere
  Time::duration longest_ = {};  // round trip
  protocol::SweepEnd end_ = protocol::SweepEnd::deadline;
};

}  // namespace refrag::testbed
