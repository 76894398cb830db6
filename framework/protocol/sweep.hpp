// SPDX-License-Identifier: GPL-2.0-or-later
// A sweep as the runner asks for it and as the agents answer: A says what came back, B says what
// reached it. Sizes are bytes of an echo's payload, times are microseconds unless named otherwise.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "framework/protocol/message.hpp"

namespace refrag::protocol {

inline constexpr int kMaxCount = 16;                // echoes of one size
inline constexpr std::uint32_t kMaxProbes = 60000;  // of one sweep; canaries come after them

// With UDP an echo's identifier (this or more) and its sequence number (less) are the ports; which
// of them is the sender's tells requests from replies.
inline constexpr std::uint16_t kFirstUdpIdent = 0xff00;

// Instead of a device: whichever has the route, and whatever comes by any.
inline constexpr std::string_view kAnyDevice = "*";

struct SweepRequest {
  std::string to;                    // address
  std::string device;                // the only one it may leave by, and its replies come by
  std::vector<std::uint32_t> sizes;  // none twice
  int count = 3;                     // echoes of each size, at most kMaxCount
  std::uint16_t ident = 0;           // ICMP identifier, another one for each sweep
  std::uint32_t seed = 0;            // of the payload
  bool dont_fragment = false;
  bool udp = false;     // instead of ICMP
  int quiet_ms = 3000;  // wait this long for silence when no echo at all comes through any more
  int deadline_ms = 20000;
};

// How it ended. Only `answered` and `settled` let a missing reply be called lost for certain:
// there, nothing was missing, or a later small echo came back and what was missing still did not.
enum class SweepEnd { answered, settled, quiet, deadline };

// What came back for one size. Bit k of a mask is the k-th echo.
struct SizeResult {
  std::uint32_t size = 0;
  std::uint32_t sent = 0;  // mask: the kernel took it
  std::uint32_t good = 0;  // mask: right length, every byte right
  std::uint32_t wrong_length = 0;
  std::uint32_t wrong_payload = 0;
  std::uint32_t duplicates = 0;
  std::uint32_t too_long = 0;     // "message too long", said by the sender's own kernel
  std::uint32_t other_errno = 0;  // of the last other error on sending, 0 if none
  std::uint32_t first_us = 0;     // round trip of the first good reply
  std::uint32_t max_us = 0;
  friend bool operator==(const SizeResult&, const SizeResult&) = default;
};

struct SweepResult {
  std::vector<SizeResult> sizes;
  SweepEnd end = SweepEnd::deadline;
  std::uint32_t elapsed_ms = 0;
  std::uint32_t stray = 0;  // replies with our identifier that belong to no echo of this sweep
};

// What is to be watched for at the other end, before the sweep begins: there and from there only,
// so that a request which lost its tag is not taken for one that arrived.
struct WatchRequest {
  std::string from;    // address
  std::string device;  // by which it has to come
  std::uint16_t ident = 0;
  std::uint32_t seed = 0;
  int count = 3;
  std::vector<std::uint32_t> sizes;
  bool udp = false;
  bool also = false;  // beside what is watched for already
};

// What reached the other end's ICMP or UDP of one size.
struct SeenSize {
  std::uint32_t size = 0;
  std::uint32_t good = 0;  // mask
  std::uint32_t wrong_length = 0;
  std::uint32_t wrong_payload = 0;
  std::uint32_t duplicates = 0;
  friend bool operator==(const SeenSize&, const SeenSize&) = default;
};

// Echo k of sizes[i] has the ICMP sequence i * count + k.
constexpr std::uint16_t echo_sequence(std::size_t size_index, int k, int count) {
  return static_cast<std::uint16_t>(size_index * static_cast<std::size_t>(count) +
                                    static_cast<std::size_t>(k));
}

Message to_message(const SweepRequest& request, std::string_view verb = "sweep");
Message to_message(const SweepResult& result);
Message to_message(const WatchRequest& request);
Message to_message(const std::vector<SeenSize>& seen);

// nullopt when something is missing, out of range, or does not fit together.
std::optional<SweepRequest> to_sweep_request(const Message& message);
std::optional<SweepResult> to_sweep_result(const Message& message);
std::optional<WatchRequest> to_watch_request(const Message& message);
std::optional<std::vector<SeenSize>> to_seen(const Message& message);

}  // namespace refrag::protocol
