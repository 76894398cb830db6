// SPDX-License-Identifier: GPL-2.0-or-later
// Two guests on one bridge, whose ever it is: paths between them made ready, echoes sent, and what
// both saw put together. A guest that is lost is Lost, whoever was asked.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "framework/testbed/guest_end.hpp"
#include "framework/testbed/testbed.hpp"

namespace refrag::testbed {

class GuestPair {
 public:
  // The MTU, bytes of IP, is set on every device that is used.
  GuestPair(std::unique_ptr<GuestEnd> a, std::unique_ptr<GuestEnd> b, int mtu,
            Networks networks = {});

  // Both agents answer, and know each other.
  void greet(base::Deadline deadline);

  // As in Testbed.
  std::string warm(const Traffic& traffic, base::Deadline deadline);
  // `then` is called when nothing more is sent, before the other side is asked.
  std::vector<verdict::EchoEvidence> sweep(
      const std::vector<Traffic>& flows, base::Deadline deadline,
      const std::function<void()>& then = [] {});
  std::vector<std::string> kernel_messages(base::Deadline deadline);

  // ICMP identifier or UDP port of the last sweep's first flow; the echoes' sequence numbers begin
  // with 0.
  std::uint16_t last_ident() const noexcept { return first_ident_; }

  // At the same time: a round trip to an emulated guest is a fiftieth of a second. What ends it for
  // one ends it for both.
  void at_both(const std::function<void(GuestEnd&)>& work);

  // Neighbours that they know, or are about to look after, and path MTUs.
  void forget(base::Deadline deadline);

  // Of both cards, "1" as found or "0" none; read back. Throws Error (lab).
  void set_offloads(const std::string& value, base::Deadline deadline);
  // Whose card has none that could be set: "guest a"; empty where both have.
  std::string without_offloads(base::Deadline deadline);

  // Whose kernel has nothing to make a PPPoE session of: "guest a"; empty where both have.
  std::string without_sessions() const;

  // The host's ends of their cards, a's first.
  std::vector<std::string> ports(base::Deadline deadline);

 private:
  GuestEnd& end(Side side) { return *ends_[side == Side::a ? 0 : 1]; }
  GuestEnd& other(Side side) { return *ends_[side == Side::a ? 1 : 0]; }
  void prepare(GuestEnd& end, const Traffic& traffic, base::Deadline deadline);
  protocol::SweepRequest watched(const Traffic& traffic, bool also, base::Deadline deadline);
  std::vector<verdict::EchoEvidence> exchange(const std::vector<Traffic>& flows,
                                              base::Deadline deadline,
                                              const std::function<void()>& then);

  template <class Work>
  auto guarded(Work&& work) -> decltype(work());
  void listen_to_both();

  std::array<std::unique_ptr<GuestEnd>, 2> ends_;
  int mtu_;
  Networks networks_;
  std::uint16_t ident_;  // of the last flow
  std::uint16_t first_ident_ = 0;
};

}  // namespace refrag::testbed
