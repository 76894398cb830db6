// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/oracle/taps.hpp"

#include <utility>

namespace refrag::oracle {
namespace {

Frames frames_of(const packet::Tap& tap, packet::Way way) {
  Frames frames;
  for (const auto& frame : tap.frames) {
    if (frame.way == way) frames.push_back({frame.at, frame.bytes});
  }
  return frames;
}

Direction direction(const packet::Tap& from, const packet::Tap& to, const Rules& rules) {
  Direction one{&from,
                &to,
                frames_of(from, packet::Way::into_bridge),
                frames_of(to, packet::Way::out_of_bridge),
                {}};
  if (from.missed + to.missed == 0) one.findings = judge(one.entered, one.left, rules);
  return one;
}

}  // namespace

std::vector<Direction> judge(const packet::Tap& a, const packet::Tap& b, const Rules& rules) {
  auto back = rules;
  if (back.retag) std::swap(back.retag->entered, back.retag->left);
  return {direction(a, b, rules), direction(b, a, back)};
}

}  // namespace refrag::oracle
