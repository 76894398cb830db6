// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/oracle/oracle.hpp"

#include <algorithm>
#include <unordered_map>

#include <fmt/format.h>

#include "framework/oracle/compare.hpp"

namespace refrag::oracle {
namespace {

std::vector<std::size_t> frames_of(const std::vector<Piece>& pieces) {
  std::vector<std::size_t> frames;
  for (const auto& piece : pieces) frames.push_back(piece.frame);
  return frames;
}

// The judgement of one direction, step by step: each step takes what it can explain.
class Judge {
 public:
  Judge(const Frames& entered, const Frames& left, const Rules& rules)
      : entered_(entered),
        left_(left),
        rules_(rules),
        in_(assemble(entered)),
        out_(assemble(left)),
        in_state_(in_.size()),
        out_done_(out_.size()) {
    if (rules.retag) retag(*rules.retag);
    for (std::size_t i = 0; i < in_.size(); ++i) in_state_[i].may_be_lost |= may_be_lost(in_[i]);
  }

  Findings run() {
    match_the_same();
    match_the_alike();
    match_pieces();
    report_left();
    report_lost();
    std::ranges::sort(findings_.violations, {}, [](const Violation& violation) {
      const auto& frames = violation.entered.empty() ? violation.left : violation.entered;
      return std::pair(frames.empty() ? 0 : frames.front(), violation.kind);
    });
    return std::move(findings_);
  }

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  struct State {
    std::size_t left_as = none;  // place in out_
    bool in_pieces = false;      // parts of it left and were told of
    bool may_be_lost = false;
  };

  // From here on what entered is as it has to leave.
  void retag(const Retag& change) {
    for (std::size_t i = 0; i < in_.size(); ++i) {
      auto& datagram = in_[i];
      in_state_[i].may_be_lost = datagram.first().link.tags != change.entered;
      for (auto* pieces : {&datagram.pieces, &datagram.repeats}) {
        for (auto& piece : *pieces) {
          if (piece.link.tags == change.entered) piece.link.tags = change.left;
        }
      }
    }
  }

  bool may_be_lost(const Datagram& datagram) const {
    const auto excuses = [&](const Piece& piece) {
      return !piece.fault.empty() || piece.room() > static_cast<std::size_t>(rules_.mtu);
    };
    return !datagram.is_whole || datagram.contradicts || is_early(entered_, datagram) ||
           std::ranges::any_of(datagram.pieces, excuses);
  }

  bool is_early(const Frames& frames, const Datagram& datagram) const {
    return frames[datagram.pieces.front().frame].at < rules_.from;
  }

  bool is_hosts_own(const Datagram& datagram) const {
    return std::ranges::find(rules_.hosts, datagram.first().link.from) != rules_.hosts.end();
  }

  void add(Kind kind, const std::string& reason, const std::vector<Piece>& entered,
           const std::vector<Piece>& left) {
    findings_.violations.push_back({kind, reason, 0, frames_of(entered), frames_of(left)});
    if (const auto& pieces = entered.empty() ? left : entered; !pieces.empty()) {
      findings_.violations.back().payload = std::ranges::max(pieces, {}, &Piece::end).end();
    }
  }

  void match_the_same() {
    std::unordered_multimap<std::size_t, std::size_t> waiting;
    for (std::size_t i = in_.size(); i-- > 0;) {
      if (in_[i].is_whole) waiting.emplace(hash_of(in_[i]), i);
    }
    for (std::size_t o = 0; o < out_.size(); ++o) {
      if (!out_[o].is_whole) continue;
      const auto [begin, end] = waiting.equal_range(hash_of(out_[o]));
      auto best = end;
      for (auto it = begin; it != end; ++it) {
        if ((best == end || it->second < best->second) && is_same(in_[it->second], out_[o]))
          best = it;
      }
      if (best == end) continue;
      pair(best->second, o);
      waiting.erase(best);
    }
  }

  void pair(std::size_t i, std::size_t o) {
    in_state_[i].left_as = o;
    out_done_[o] = true;
    const auto& [entered, left] = std::tie(in_[i], out_[o]);
    if (is_early(entered_, entered)) return;
    const auto found = differences(entered, left, rules_);
    for (const auto& [kind, reason] : found) {
      add(kind, fmt::format("{}: {}", who(entered), reason), entered.pieces, left.pieces);
    }
    judge_repeats(entered, left.repeats);
    if (!found.empty()) return;
    ++findings_.left;
    const auto lengths_differ =
        !std::ranges::equal(entered.pieces, left.pieces, {}, &Piece::length, &Piece::length);
    findings_.refragmented += lengths_differ;
  }

  // Bytes may leave as often as they entered, and no more.
  void judge_repeats(const Datagram& entered, const std::vector<Piece>& more) {
    if (more.empty()) return;
    constexpr std::size_t unit = 8;
    std::vector<int> spare(entered.payload().size() / unit + 1, 0);
    for (const auto& piece : entered.repeats) {
      for (auto at = piece.offset; at < piece.end(); at += unit) ++spare[at / unit];
    }
    for (const auto& piece : more) {
      for (auto at = piece.offset; at < piece.end(); at += unit) {
        if (at / unit < spare.size() && spare[at / unit]-- > 0) continue;
        return add(Kind::duplicated, fmt::format("{}: parts of it left twice", who(entered)),
                   entered.pieces, more);
      }
    }
  }

  void match_the_alike() {
    for (std::size_t o = 0; o < out_.size(); ++o) {
      if (out_done_[o] || !out_[o].is_whole) continue;
      std::size_t best = none;
      int most = 0;
      for (std::size_t i = 0; i < in_.size(); ++i) {
        if (!in_[i].is_whole || in_state_[i].left_as != none) continue;
        const int score = likeness(in_[i], out_[o]);
        if (score > most) std::tie(most, best) = std::pair(score, i);
      }
      if (best != none) pair(best, o);
    }
  }

  static bool is_part(const Piece& piece, const Datagram& whole) {
    const auto bytes = whole.payload();
    const auto& first = whole.first();
    if (!piece.is_ip || !piece.head.same_ends(first.head) || piece.end() > bytes.size())
      return false;
    if (piece.head.family == packet::Family::ipv4 && piece.head.id != first.head.id) return false;
    return std::ranges::equal(piece.payload, bytes.subspan(piece.offset, piece.payload.size()));
  }

  // Fragments that never became whole where they left: whose are they?
  void match_pieces() {
    std::unordered_map<std::size_t, std::vector<Piece>> parts;
    for (std::size_t o = 0; o < out_.size(); ++o) {
      if (out_done_[o] || out_[o].is_whole || is_an_incomplete_one(out_[o])) {
        out_done_[o] = out_done_[o] || !out_[o].is_whole;
        continue;
      }
      const auto owner = owner_of(out_[o]);
      if (owner == none) continue;
      out_done_[o] = true;
      auto& all = parts[owner];
      for (const auto* from : {&out_[o].pieces, &out_[o].repeats}) {
        all.insert(all.end(), from->begin(), from->end());
      }
    }
    for (auto& [i, pieces] : parts) judge_parts(i, pieces);
  }

  // A datagram that entered in parts, and parts of that left.
  bool is_an_incomplete_one(const Datagram& left) const {
    return std::ranges::any_of(in_, [&](const Datagram& entered) {
      if (entered.is_whole) return false;
      return std::ranges::all_of(left.pieces, [&](const Piece& piece) {
        return std::ranges::any_of(entered.pieces, [&](const Piece& other) {
          return piece.link == other.link && piece.head.same_ends(other.head) &&
                 piece.offset == other.offset && std::ranges::equal(piece.payload, other.payload);
        });
      });
    });
  }

  std::size_t owner_of(const Datagram& left) const {
    std::size_t owner = none;
    for (std::size_t i = 0; i < in_.size(); ++i) {
      if (!in_[i].is_whole || !is_part(left.pieces.front(), in_[i])) continue;
      const bool is_missing = in_state_[i].left_as == none;
      const bool is_better = owner == none || (is_missing && in_state_[owner].left_as != none);
      if (is_better) owner = i;
    }
    return owner;
  }

  void judge_parts(std::size_t i, const std::vector<Piece>& pieces) {
    const auto& entered = in_[i];
    if (in_state_[i].left_as != none) return judge_repeats(entered, pieces);
    in_state_[i].in_pieces = true;
    if (is_early(entered_, entered)) return;
    std::vector<std::pair<std::size_t, std::size_t>> ranges;
    Differences found;
    for (const auto& piece : pieces) {
      ranges.emplace_back(piece.offset, piece.end());
      for (auto& difference : link_differences(entered.first().link, piece.link)) {
        if (std::ranges::find(found, difference) == found.end()) found.push_back(difference);
      }
    }
    std::ranges::sort(ranges);
    std::size_t reached = 0;
    for (const auto& [begin, end] : ranges) {
      if (begin <= reached) reached = std::max(reached, end);
    }
    const bool is_complete = reached == entered.payload().size();
    if (!is_complete && !in_state_[i].may_be_lost) {
      add(Kind::lost, fmt::format("{}: only parts of it left", who(entered)), entered.pieces,
          pieces);
    }
    for (const auto& [kind, reason] : found) {
      add(kind, fmt::format("{}: {}", who(entered), reason), entered.pieces, pieces);
    }
    const bool has_changed_bytes = is_complete && found.empty();
    if (has_changed_bytes) {
      add(Kind::payload_changed,
          fmt::format("{}: its fragments contradict each other", who(entered)), entered.pieces,
          pieces);
    }
  }

  // What left and is nobody's so far: once too often, or never sent.
  void report_left() {
    for (std::size_t o = 0; o < out_.size(); ++o) {
      if (out_done_[o] || is_early(left_, out_[o])) continue;
      const auto& left = out_[o];
      const Datagram* twin = nullptr;
      int most = 0;
      for (const auto& entered : in_) {
        const int score = entered.is_whole && left.is_whole ? likeness(entered, left) : 0;
        if (score > most) std::tie(most, twin) = std::pair(score, &entered);
      }
      if (twin != nullptr) {
        add(Kind::duplicated, fmt::format("{}: it left once more", who(*twin)), twin->pieces,
            left.pieces);
        for (const auto& [kind, reason] : differences(*twin, left, rules_)) {
          add(kind, fmt::format("{}: {}", who(*twin), reason), twin->pieces, left.pieces);
        }
      } else if (!is_hosts_own(left)) {
        add(Kind::invented, fmt::format("{}: nobody sent it", who(left)), {}, left.pieces);
      }
    }
  }

  // Datagrams up to the last that left.
  std::size_t settled() const {
    if (!rules_.ends_early) return in_.size();
    for (std::size_t i = in_.size(); i > 0; --i) {
      if (in_state_[i - 1].left_as != none) return i;
    }
    return 0;
  }

  void report_lost() {
    const auto settled_ones = settled();
    for (std::size_t i = 0; i < in_.size(); ++i) {
      const auto& state = in_state_[i];
      if (state.may_be_lost || i >= settled_ones) {
        ++findings_.unjudged;
        continue;
      }
      ++findings_.entered;
      if (state.left_as != none || state.in_pieces) continue;
      add(Kind::lost, fmt::format("{}: nothing of it left", who(in_[i])), in_[i].pieces, {});
    }
  }

  const Frames& entered_;
  const Frames& left_;
  const Rules& rules_;
  std::vector<Datagram> in_, out_;
  std::vector<State> in_state_;
  std::vector<bool> out_done_;
  Findings findings_;
};

}  // namespace

Findings judge(const Frames& entered, const Frames& left, const Rules& rules) {
  return Judge(entered, left, rules).run();
}

}  // namespace refrag::oracle
