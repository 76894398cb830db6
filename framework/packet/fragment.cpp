// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/fragment.hpp"

#include <algorithm>

#include "framework/packet/arithmetic.hpp"

namespace refrag::packet {

std::vector<Fragment> fragment(const Ipv4Header& whole, View payload, int mtu) {
  if (ipv4_header + payload.size() <= static_cast<std::size_t>(mtu)) return {{whole, payload}};
  const auto most = static_cast<std::size_t>(fragment_data(mtu));
  std::vector<Fragment> pieces;
  pieces.reserve(payload.size() / most + 1);
  for (std::size_t at = 0; at < payload.size(); at += most) {
    Fragment piece{whole, payload.subspan(at, std::min(most, payload.size() - at))};
    piece.header.offset += at;
    piece.header.more_fragments |= at + most < payload.size();
    pieces.push_back(piece);
  }
  return pieces;
}

}  // namespace refrag::packet
