// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/echo_evidence.hpp"

#include <algorithm>
#include <bit>

#include "framework/base/error.hpp"

namespace refrag::testbed {

namespace {

int to_int(std::uint32_t number) { return static_cast<int>(number); }

std::string local_error(const protocol::SizeResult& result) {
  if (result.too_long > 0) return "message too long";
  return result.other_errno != 0 ? base::errno_text(to_int(result.other_errno)) : std::string();
}

verdict::EchoEvidence of_sender(const protocol::SizeResult& result, int count) {
  verdict::EchoEvidence echo;
  echo.size = to_int(result.size);
  echo.sent = std::popcount(result.sent);
  echo.local_errors = count - echo.sent;
  echo.local_error = local_error(result);
  echo.good = std::popcount(result.good);
  echo.wrong_length = to_int(result.wrong_length);
  echo.wrong_payload = to_int(result.wrong_payload);
  echo.duplicates = to_int(result.duplicates);
  echo.rtt_max_us = result.max_us;
  return echo;
}

void add_peer(verdict::EchoEvidence& echo, const protocol::SeenSize& seen) {
  echo.seen_wrong = to_int(seen.wrong_length + seen.wrong_payload);
  echo.seen_by_peer = std::popcount(seen.good) + echo.seen_wrong;
  echo.duplicates += to_int(seen.duplicates);
}

}  // namespace

std::vector<verdict::EchoEvidence> echo_evidence(const protocol::SweepResult& sender,
                                                 const std::vector<protocol::SeenSize>& peer,
                                                 int count) {
  const bool settled =
      sender.end == protocol::SweepEnd::answered || sender.end == protocol::SweepEnd::settled;
  std::vector<verdict::EchoEvidence> echoes;
  for (const auto& result : sender.sizes) {
    auto& echo = echoes.emplace_back(of_sender(result, count));
    echo.settled = settled;
    const auto seen = std::ranges::find(peer, result.size, &protocol::SeenSize::size);
    if (seen != peer.end()) add_peer(echo, *seen);
  }
  return echoes;
}

}  // namespace refrag::testbed
