// SPDX-License-Identifier: GPL-2.0-or-later
// The frames of one tap put together into datagrams, each with the frames it came in. Whole packets
// are datagrams of one frame; what never became whole is kept too.
#pragma once

#include <vector>

#include "framework/oracle/piece.hpp"

namespace refrag::oracle {

struct Datagram {
  std::vector<Piece> pieces = {};   // what it is made of, in order of arrival
  std::vector<Piece> repeats = {};  // bytes that had come before, the same as then
  bool is_whole = false;
  bool contradicts = false;   // fragments overlap with other bytes, or two ends: anything may
                              // become of it
  packet::Bytes joined = {};  // of a datagram in fragments

  packet::View payload() const {
    return pieces.size() == 1 && !pieces.front().is_fragment ? pieces.front().payload
                                                             : packet::View(joined);
  }
  const Piece& first() const;   // the one with the beginning, or the first that came
  std::size_t longest() const;  // bytes of IP of the longest of its packets
};

// In order of their first frames. Fragments belong together when addresses, tags, session, IP
// addresses, protocol and identification are the same. Bounded by the frames given.
std::vector<Datagram> assemble(const Frames& frames);

}  // namespace refrag::oracle
