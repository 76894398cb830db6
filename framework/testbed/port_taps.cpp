// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/port_taps.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/packet/pcapng.hpp"

namespace refrag::testbed {

namespace {

// An ssh session to an emulated host takes a moment; a host without the program says so at once.
constexpr auto start_time = base::seconds(10);
// The two clocks are compared by one exchange, which takes a while under emulation.
constexpr auto clock_error = base::milliseconds(500);

}  // namespace

PortTaps::PortTaps(std::vector<std::string> shell, const std::vector<std::string>& ports,
                   const std::string& program) {
  if (std::ranges::any_of(ports, &std::string::empty)) {
    problem_ = "the guests' ports are not known";
  } else {
    taps_.emplace(std::move(shell), ports, program);
  }
}

void PortTaps::await(base::Deadline deadline) {
  if (taps_ && problem_.empty()) problem_ = taps_->await(deadline.sooner(start_time));
}

bool PortTaps::are_up(base::Deadline deadline) {
  await(deadline);
  return problem_.empty();
}

host::Files* PortTaps::files(base::Deadline deadline) {
  return are_up(deadline) ? &*taps_ : nullptr;
}

host::Taps::Told PortTaps::look(const host::Taps::Wish& wish, base::Deadline deadline) {
  if (!are_up(deadline)) {
    throw base::Error(base::Fault::lab, "the host's rules cannot be set: " + problem_);
  }
  return taps_->look(wish, deadline);
}

void PortTaps::begin(base::Deadline deadline) {
  await(deadline);
  if (!problem_.empty()) return;
  taps_->begin(deadline);
  since_ = taps_->now() - clock_error;
}

void PortTaps::ask(int mtu, const std::optional<host::Taps::Retag>& retag,
                   base::Deadline deadline) {
  if (!problem_.empty()) return;
  try {
    taps_->ask(since_ + clock_error, mtu, retag, deadline);
  } catch (const base::Error& error) {
    problem_ = error.what();
  }
}

Glance PortTaps::answer(base::Deadline deadline) {
  if (problem_.empty()) {
    try {
      const auto told = taps_->answer(deadline);
      return {.is_clean = told.violations == 0 && told.missed == 0,
              .seen = {.entered = told.entered,
                       .left = told.left,
                       .refragmented = told.refragmented,
                       .unjudged = told.unjudged}};
    } catch (const base::Error& error) {
      problem_ = error.what();
    }
  }
  return {};
}

Taps PortTaps::take(base::Deadline deadline) {
  if (problem_.empty()) {
    try {
      auto dump = taps_->dump(since_, deadline);
      file_ = std::move(dump.file);
      auto ports = packet::from_pcapng(file_);
      if (!ports || ports->size() != 2)
        throw base::Error(base::Fault::lab, "no capture of two ports");
      ports->front().missed += dump.missed;
      auto hosts = packet::hosts_behind(*ports);
      return {.ports = std::move(*ports), .hosts = std::move(hosts), .from = since_ + clock_error};
    } catch (const base::Error& error) {
      problem_ = error.what();
    }
  }
  return {.problem = "the ports are not tapped: " + problem_};
}

}  // namespace refrag::testbed
