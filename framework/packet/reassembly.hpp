// SPDX-License-Identifier: GPL-2.0-or-later
// Fragments to datagrams (RFC 791, RFC 815), within a bound on memory, whatever arrives.
//
// Stricter than a kernel where that tells more: a repeated fragment is taken and counted, an
// overlap that is not a repetition condemns the datagram (RFC 5722 does so for IPv6, Linux since
// 4.20 for both), and how the datagram arrived is kept beside its bytes.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <vector>

#include "framework/packet/ipv4.hpp"

namespace refrag::packet {

struct Datagram {
  Ipv4Header header = {};  // of its first bytes; not a fragment's any more
  Bytes payload = {};
  int fragments = 0;        // packets it arrived in, without repetitions; 1 when it was whole
  int repeated = 0;         // fragments that came again before it was whole
  std::size_t longest = 0;  // length in bytes of IP of the longest of them
};

class Reassembler {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Limits {
    std::size_t bytes = 4u << 20;  // of all unfinished datagrams together
    std::size_t datagrams = 256;
    std::chrono::seconds age{30};
  };

  // What did not become a datagram, by number of fragments or of datagrams.
  struct Notes {
    int malformed = 0;    // fragments: no data, no multiple of 8, beyond 65535, two ends
    int overlapping = 0;  // datagrams given up for that
    int evicted = 0;      // datagrams given up for room
    int expired = 0;      // datagrams given up for age
    bool operator==(const Notes&) const = default;
  };

  Reassembler() = default;
  explicit Reassembler(Limits limits) : limits_(limits) {}

  // The datagram this packet completes; one that is not a fragment is complete by itself.
  std::optional<Datagram> add(const Ipv4Packet& packet, Time now);

  const Notes& notes() const noexcept { return notes_; }
  std::size_t bytes_held() const noexcept { return bytes_; }
  std::size_t unfinished() const noexcept { return parts_.size(); }

 private:
  struct Range {
    std::size_t begin, end;
  };
  struct Part {
    Datagram datagram;
    std::vector<Range> have = {};  // sorted, apart from each other
    std::optional<std::size_t> size = {};
    Time since;
  };
  using Parts = std::list<Part>;  // the oldest first

  Parts::iterator part_for(const Ipv4Header& header, Time now);
  bool put(const Ipv4Packet& packet, Part& part);
  void insert(const Ipv4Packet& packet, Part& part);
  void expire(Time now);
  void make_room(Parts::const_iterator keep);
  void drop(Parts::iterator part);

  Limits limits_;
  Parts parts_;
  std::size_t bytes_ = 0;
  Notes notes_;
};

}  // namespace refrag::packet
