// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/oracle/datagram.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>

namespace refrag::oracle {
namespace {

using Key = std::tuple<packet::Link, packet::Family, Address, Address, std::uint8_t, std::uint32_t>;

Key key_of(const Piece& piece) {
  const auto& head = piece.head;
  return {piece.link, head.family, head.from, head.to, head.protocol, head.id};
}

// A datagram that still waits for fragments.
class Open {
 public:
  void add(const Piece& piece, Datagram& datagram) {
    const auto begin = piece.offset, end = piece.end();
    if (is_repeat(piece, datagram)) {
      datagram.repeats.push_back(piece);
      return;
    }
    datagram.contradicts |= is_beyond(piece, datagram) || overlaps(begin, end);
    datagram.pieces.push_back(piece);
    if (datagram.contradicts) return;
    if (datagram.joined.size() < end) datagram.joined.resize(end);
    std::ranges::copy(piece.payload, datagram.joined.begin() + static_cast<std::ptrdiff_t>(begin));
    if (!piece.more) size_ = end;
    have_ += end - begin;
    datagram.is_whole = size_ && have_ == *size_;
  }

 private:
  static bool is_repeat(const Piece& piece, const Datagram& datagram) {
    return std::ranges::any_of(datagram.pieces, [&](const Piece& other) {
      return other.offset == piece.offset && other.more == piece.more &&
             std::ranges::equal(other.payload, piece.payload);
    });
  }

  bool is_beyond(const Piece& piece, const Datagram& datagram) const {
    constexpr std::size_t largest = 65535;
    const bool ends = !piece.more;
    if (piece.end() > largest || (piece.more && piece.payload.size() % 8 != 0)) return true;
    if (piece.payload.empty()) return true;
    if (ends && piece.end() < datagram.joined.size()) return true;
    return size_ && (piece.end() > *size_ || (ends && piece.end() != *size_));
  }

  bool overlaps(std::size_t begin, std::size_t end) {
    const auto next = ranges_.lower_bound(begin);
    if (next != ranges_.end() && next->first < end) return true;
    if (next != ranges_.begin() && std::prev(next)->second > begin) return true;
    ranges_.emplace(begin, end);
    return false;
  }

  std::map<std::size_t, std::size_t> ranges_;
  std::optional<std::size_t> size_;
  std::size_t have_ = 0;
};

struct Place {
  std::size_t datagram;
  Open open;
};

// Whether all of `late` had come with `whole` before.
bool is_repetition(const Datagram& late, const Datagram& whole) {
  const auto& bytes = whole.joined;
  return std::ranges::all_of(late.pieces, [&](const Piece& piece) {
    return piece.end() <= bytes.size() && piece.more == (piece.end() < bytes.size()) &&
           std::ranges::equal(piece.payload,
                              packet::View(bytes).subspan(piece.offset, piece.payload.size()));
  });
}

// What came after its datagram was whole and never made another one belongs to it.
void settle_repetitions(std::vector<Datagram>& datagrams) {
  std::map<Key, std::size_t> whole;
  for (std::size_t i = 0; i < datagrams.size(); ++i) {
    if (datagrams[i].joined.empty()) continue;
    const auto key = key_of(datagrams[i].pieces.front());
    if (datagrams[i].is_whole) {
      whole[key] = i;
    } else if (const auto known = whole.find(key);
               known != whole.end() && is_repetition(datagrams[i], datagrams[known->second])) {
      auto& repeats = datagrams[known->second].repeats;
      for (auto* from : {&datagrams[i].pieces, &datagrams[i].repeats}) {
        repeats.insert(repeats.end(), from->begin(), from->end());
      }
      datagrams[i].pieces.clear();
    }
  }
  std::erase_if(datagrams, [](const Datagram& datagram) { return datagram.pieces.empty(); });
}

}  // namespace

const Piece& Datagram::first() const {
  const auto begin =
      std::ranges::find_if(pieces, [](const Piece& piece) { return piece.offset == 0; });
  return begin == pieces.end() ? pieces.front() : *begin;
}

std::size_t Datagram::longest() const {
  return std::ranges::max_element(pieces, {}, &Piece::length)->length;
}

std::vector<Datagram> assemble(const Frames& frames) {
  std::vector<Datagram> datagrams;
  std::map<Key, Place> open;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto piece = piece_of(frames[i].bytes, i);
    if (!piece.is_fragment) {
      datagrams.push_back({.pieces = {piece}, .is_whole = true});
      continue;
    }
    const auto [place, is_new] = open.try_emplace(key_of(piece), Place{datagrams.size(), {}});
    if (is_new) datagrams.emplace_back();
    auto& datagram = datagrams[place->second.datagram];
    place->second.open.add(piece, datagram);
    if (datagram.is_whole) open.erase(place);
  }
  settle_repetitions(datagrams);
  return datagrams;
}

}  // namespace refrag::oracle
