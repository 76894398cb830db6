// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/guest_taps.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_map>

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace refrag::testbed {

using base::Deadline;

namespace {

constexpr auto fetch_time = base::seconds(4);
constexpr std::size_t most_frames = 4096;       // of a guest
constexpr std::size_t most_bytes = 128 << 10;   // of frames that no port saw
constexpr std::size_t most_at_once = 16 << 10;  // bytes in a reply
constexpr std::size_t most_asked = 64;          // frames in a request

using ByHash = std::unordered_map<std::uint64_t, packet::View>;

ByHash by_hash(const packet::Tap& port) {
  ByHash frames;
  for (const auto& frame : port.frames) {
    frames.emplace(protocol::frame_hash(packet::as_text(frame.bytes)), frame.bytes);
  }
  return frames;
}

std::size_t index(Side side) { return side == Side::a ? 0 : 1; }

}  // namespace

// What came of one guest's frames.
struct GuestTaps::Told {
  std::vector<protocol::FrameMark> marks = {};
  std::vector<packet::View> frames = {};               // of each; empty where nobody has it
  std::size_t count = 0;                               // of all, those included that are in no mark
  std::optional<std::chrono::nanoseconds> ahead = {};  // the host's clock, by when it answered
  std::string problem = {};

  void add(const guest::Agent::Marks& more, const ByHash& known);
  void read_marks(guest::Agent& agent, const packet::Tap& port, const Clock& host,
                  Deadline deadline);
  std::vector<std::size_t> next_wanted(std::size_t& at) const;
  packet::Tap tap(const std::string& name) const;
};

void GuestTaps::Told::add(const guest::Agent::Marks& more, const ByHash& known) {
  count = more.count + more.missed;
  for (const auto& mark : more.marks) {
    const auto found = known.find(mark.hash);
    const bool is_it = found != known.end() && found->second.size() == mark.size;
    frames.push_back(is_it ? found->second : packet::View());
    marks.push_back(mark);
  }
}

void GuestTaps::Told::read_marks(guest::Agent& agent, const packet::Tap& port, const Clock& host,
                                 Deadline deadline) {
  const auto known = by_hash(port);
  while (marks.size() < most_frames && !deadline.expired()) {
    const auto more = agent.marks(marks.size(), deadline);
    if (!ahead) ahead = host() - more.now;
    add(more, known);
    if (more.marks.empty() || marks.size() >= more.count) return;
  }
}

// The next places from `at` on whose frames nobody has, as many as one reply holds.
std::vector<std::size_t> GuestTaps::Told::next_wanted(std::size_t& at) const {
  std::vector<std::size_t> places;
  std::size_t size = 0;
  for (; at < marks.size() && places.size() < most_asked; ++at) {
    if (!frames[at].empty() || marks[at].size == 0) continue;
    if (!places.empty() && size + marks[at].size > most_at_once) break;
    size += marks[at].size;
    places.push_back(at);
  }
  return places;
}

packet::Tap GuestTaps::Told::tap(const std::string& name) const {
  packet::Tap tap{.name = name, .frames = {}};
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (frames[i].empty()) continue;
    const auto way = marks[i].outgoing ? packet::Way::out_of_bridge : packet::Way::into_bridge;
    tap.frames.push_back({std::chrono::nanoseconds(marks[i].at), way, frames[i]});
  }
  tap.missed = count - tap.frames.size();
  return tap;
}

void GuestTaps::listen(Deadline deadline) {
  guests_.at_both([&](GuestEnd& end) {
    auto& problem = kept_[index(end.side())].problem;
    problem.clear();
    try {
      end.agent().listen(card, deadline);
    } catch (const base::Error& error) {
      problem = error.what();
    }
  });
}

// Fills in what is wanted from the guest itself, as far as it goes.
void GuestTaps::fetch(GuestEnd& end, Told& told, Deadline deadline) {
  auto& store = kept_[index(end.side())].bytes;
  std::size_t total = 0;
  for (std::size_t at = 0; total < most_bytes && !deadline.expired();) {
    const auto places = told.next_wanted(at);
    if (places.empty()) return;
    auto rest = packet::as_bytes(store.emplace_back(end.agent().frames(places, deadline)));
    total += rest.size();
    for (const auto place : places) {
      const auto size = told.marks[place].size;
      if (rest.size() < size) break;
      told.frames[place] = rest.first(size);
      rest = rest.subspan(size);
    }
  }
}

GuestTaps::Told GuestTaps::ask(GuestEnd& end, const packet::Tap& port, const Clock& host,
                               Deadline deadline) {
  auto& kept = kept_[index(end.side())];
  kept.bytes.clear();
  Told told;
  if (!kept.problem.empty()) return {.problem = kept.problem};
  try {
    told.read_marks(end.agent(), port, host, deadline);
    fetch(end, told, deadline);
  } catch (const base::Error& error) {
    told.problem = error.what();
  } catch (const guest::Lost& lost) {
    told.problem = lost.what();
  }
  return told;
}

void GuestTaps::add_to(Taps& seen, const Clock& host, Deadline deadline) {
  std::array<Told, 2> all;
  const auto until = deadline.sooner(fetch_time);
  guests_.at_both([&](GuestEnd& end) {
    const auto i = index(end.side());
    all[i] = ask(end, seen.ports.at(i), host, until);
  });
  for (const auto side : {Side::a, Side::b}) {
    const auto& told = all[index(side)];
    const auto& port = seen.ports.at(index(side));
    auto tap = told.tap(name_of(side));
    const auto by_frames = packet::clock_ahead(tap, port);
    const auto ahead = by_frames ? by_frames : told.ahead;
    for (auto& frame : tap.frames) frame.at += ahead.value_or(std::chrono::nanoseconds());
    const bool is_whole = tap.missed == 0 && told.problem.empty();
    if (!is_whole) {
      seen.notes.push_back(fmt::format("of the capture in {} {} of {} frames came{}{}", tap.name,
                                       tap.frames.size(), told.count,
                                       told.problem.empty() ? "" : ": ", told.problem));
    }
    seen.clocks += fmt::format(
        "; {}'s times by {}", tap.name,
        by_frames ? "frames that " + port.name + " saw as well" : std::string("when it answered"));
    seen.endpoints.push_back({std::move(tap), is_whole});
  }
}

}  // namespace refrag::testbed
