// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/guest_pair.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iterator>
#include <random>
#include <thread>

#include <fmt/format.h>

#include "framework/testbed/echo_evidence.hpp"
#include "framework/testbed/lost_guest.hpp"

namespace refrag::testbed {

using base::Deadline;
using base::milliseconds;
using base::seconds;

namespace {

constexpr milliseconds neighbour_time = seconds(10);  // for the first echo to be answered
constexpr int silence_ms = 500;                       // where it is what is wanted
constexpr milliseconds answer_time = seconds(3);  // of a sweep's deadline, for what comes after it

protocol::SweepRequest request_for(const Traffic& traffic, const Path& path, Deadline deadline) {
  protocol::SweepRequest request;
  request.device = path.listens_at();
  request.to = path.address(traffic.from == Side::a ? Side::b : Side::a);
  request.sizes.assign(traffic.sizes.begin(), traffic.sizes.end());
  request.count = traffic.count;
  request.dont_fragment = traffic.dont_fragment;
  request.udp = traffic.udp;
  request.seed = std::random_device()();
  if (traffic.expects_silence) request.quiet_ms = silence_ms;
  const auto left = deadline.remaining() - answer_time;
  request.deadline_ms = static_cast<int>(
      std::clamp<std::int64_t>(left.count(), 1, protocol::SweepRequest().deadline_ms));
  return request;
}

}  // namespace

// While one guest is waited for the other is listened to.
GuestPair::GuestPair(std::unique_ptr<GuestEnd> a, std::unique_ptr<GuestEnd> b, int mtu,
                     Networks networks)
    : ends_{std::move(a), std::move(b)},
      mtu_(mtu),
      networks_(std::move(networks)),
      ident_(static_cast<std::uint16_t>(std::random_device()())) {
  listen_to_both();
}

void GuestPair::listen_to_both() {
  for (const auto side : {Side::a, Side::b}) {
    end(side).agent().conversation().on_wait(
        [&other = other(side)] { other.agent().conversation().look(); });
  }
}

template <class Work>
auto GuestPair::guarded(Work&& work) -> decltype(work()) {
  try {
    return work();
  } catch (const guest::Lost& lost) {
    throw to_lost(lost, {ends_[0].get(), ends_[1].get()});
  }
}

void GuestPair::at_both(const std::function<void(GuestEnd&)>& work) {
  std::atomic<bool> is_over = false;
  std::exception_ptr why;
  const auto work_at = [&](GuestEnd& end) {
    try {
      work(end);
    } catch (...) {
      if (!is_over.exchange(true)) why = std::current_exception();
    }
  };
  for (const auto& end : ends_) {
    end->agent().conversation().on_wait([&is_over] {
      if (is_over) throw guest::Lost(guest::Lost::How::ended, "the other guest is lost", {});
    });
  }
  std::thread beside([&] { work_at(*ends_[0]); });
  work_at(*ends_[1]);
  beside.join();
  listen_to_both();
  if (why) guarded([&] { std::rethrow_exception(why); });
}

void GuestPair::greet(Deadline deadline) {
  at_both([&](GuestEnd& end) { end.greet(deadline); });
  for (const auto side : {Side::a, Side::b}) end(side).meet(other(side));
}

// Whose tag the bridge takes away has no use for it: what comes with it all the same is lost.
void GuestPair::prepare(GuestEnd& end, const Traffic& traffic, Deadline deadline) {
  const auto path = path_at(end.side(), traffic, networks_);
  end.prepare(path, traffic.mtu != 0 ? traffic.mtu : mtu_, deadline);
  const auto tagged = path_of(traffic.tag, networks_, traffic.family);
  if (path.device() != tagged.device()) end.close(tagged, deadline);
}

std::string GuestPair::warm(const Traffic& traffic, Deadline deadline) {
  auto& sender = end(traffic.from);
  auto& peer = other(traffic.from);
  const auto path = path_at(sender.side(), traffic, networks_);
  const auto to = path.address(peer.side());
  at_both([&](GuestEnd& end) { prepare(end, traffic, deadline); });
  const auto warmth = guarded([&] {
    const auto patience = std::min(neighbour_time, deadline.remaining() / 2);
    return sender.agent().warm(to, path.listens_at(), patience, deadline);
  });
  if (warmth.answered) return {};
  return fmt::format("{} ({}) answers none of {} small echoes from {} over {}",
                     name_of(peer.side()), to, warmth.tries, name_of(sender.side()), path.device());
}

std::vector<verdict::EchoEvidence> GuestPair::sweep(const std::vector<Traffic>& flows,
                                                    Deadline deadline,
                                                    const std::function<void()>& then) {
  return guarded([&] { return exchange(flows, deadline, then); });
}

// The request, which its peer already watches for.
protocol::SweepRequest GuestPair::watched(const Traffic& traffic, bool also, Deadline deadline) {
  auto& peer = other(traffic.from);
  const auto path = path_at(peer.side(), traffic, networks_);
  auto request = request_for(traffic, path_at(traffic.from, traffic, networks_), deadline);
  ++ident_;
  if (traffic.udp) ident_ |= protocol::kFirstUdpIdent;
  request.ident = ident_;
  peer.agent().watch({.from = path.address(traffic.from),
                      .device = path.listens_at(),
                      .ident = request.ident,
                      .seed = request.seed,
                      .count = request.count,
                      .sizes = request.sizes,
                      .udp = request.udp,
                      .also = also},
                     deadline);
  return request;
}

std::vector<verdict::EchoEvidence> GuestPair::exchange(const std::vector<Traffic>& flows,
                                                       Deadline deadline,
                                                       const std::function<void()>& then) {
  auto& sender = end(flows.front().from).agent();
  auto& peer = other(flows.front().from).agent();
  try {
    const auto request = watched(flows.front(), false, deadline);
    first_ident_ = request.ident;
    for (std::size_t i = 1; i < flows.size(); ++i) {
      sender.beside(watched(flows[i], true, deadline), deadline);
    }
    const auto sent = sender.sweep(request, deadline);
    then();
    return echo_evidence(sent, peer.seen(deadline), request.count);
  } catch (const base::Error&) {
    peer.seen(deadline);  // or its kernel would go on not answering
    throw;
  }
}

void GuestPair::forget(Deadline deadline) {
  at_both([&](GuestEnd& end) { end.agent().flush(deadline); });
}

void GuestPair::set_offloads(const std::string& value, Deadline deadline) {
  at_both([&](GuestEnd& end) { end.set_offloads(value, deadline); });
}

std::string GuestPair::without_offloads(Deadline deadline) {
  for (const auto& end : ends_) {
    const auto value = guarded([&] { return end->agent().offloads(card, deadline); });
    if (value.empty()) return name_of(end->side());
  }
  return {};
}

std::string GuestPair::without_sessions() const {
  const auto found =
      std::ranges::find_if(ends_, [](const auto& end) { return !end->has_sessions(); });
  return found == ends_.end() ? std::string() : name_of((*found)->side());
}

std::vector<std::string> GuestPair::ports(Deadline deadline) {
  return {ends_[0]->port(deadline), ends_[1]->port(deadline)};
}

std::vector<std::string> GuestPair::kernel_messages(Deadline deadline) {
  std::array<std::vector<std::string>, 2> said;
  at_both([&](GuestEnd& end) {
    auto& lines = said[end.side() == Side::a ? 0 : 1];
    for (const auto& line : end.agent().kernel_log(deadline)) {
      lines.push_back(fmt::format("{}: {}", name_of(end.side()), line));
    }
  });
  std::ranges::move(said[1], std::back_inserter(said[0]));
  return std::move(said[0]);
}

}  // namespace refrag::testbed
