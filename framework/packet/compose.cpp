// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/compose.hpp"

namespace refrag::packet {
namespace {

std::size_t header_size(const Composition& datagram, bool is_fragment) {
  if (datagram.family == Family::ipv4) return ipv4_header;
  return ipv6_header + (is_fragment ? ipv6_fragment_header : 0);
}

void append_ip(Bytes& frame, const Composition& datagram, std::size_t begin, std::size_t end) {
  const bool more = end < datagram.payload.size();
  if (datagram.family == Family::ipv4) {
    auto header = datagram.v4;
    header.offset = begin;
    header.more_fragments = more;
    append_ipv4(frame, header, end - begin);
    return;
  }
  auto header = datagram.v6;
  if (begin > 0 || more) header.fragment = {datagram.v6_id, begin, more};
  append_ipv6(frame, header, end - begin);
}

}  // namespace

Bytes compose(const Composition& datagram, std::size_t begin, std::size_t end) {
  const bool is_fragment = begin > 0 || end < datagram.payload.size();
  Bytes frame;
  append_link(frame, datagram.link, header_size(datagram, is_fragment) + end - begin);
  append_ip(frame, datagram, begin, end);
  append(frame, View(datagram.payload).subspan(begin, end - begin));
  pad_ethernet(frame);
  return frame;
}

std::vector<Bytes> compose(const Composition& datagram, const std::vector<std::size_t>& cuts) {
  std::vector<Bytes> frames;
  std::size_t begin = 0;
  for (const auto cut : cuts) {
    frames.push_back(compose(datagram, begin, cut));
    begin = cut;
  }
  frames.push_back(compose(datagram, begin, datagram.payload.size()));
  return frames;
}

std::vector<std::size_t> cuts_for(const Composition& datagram, int mtu) {
  const auto size = datagram.payload.size();
  std::vector<std::size_t> cuts;
  if (header_size(datagram, false) + size <= static_cast<std::size_t>(mtu)) return cuts;
  const auto most = static_cast<std::size_t>(fragment_data(mtu, datagram.family));
  for (auto at = most; at < size; at += most) cuts.push_back(at);
  return cuts;
}

}  // namespace refrag::packet
