// SPDX-License-Identifier: GPL-2.0-or-later
// A testbed: a host with a bridge and two endpoints on it. All that a suite knows of the world;
// whether the endpoints are Xen guests or the runner itself is the implementation's business.
//
// Every call throws base::Error (lab) when the testbed cannot do its work, and Lost when the host
// or an endpoint died under it. What happened to the traffic is in the returned evidence.
#pragma once

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/packet/capture.hpp"
#include "framework/packet/ethernet.hpp"
#include "framework/verdict/evidence.hpp"
#include "framework/verdict/outcome.hpp"
#include "framework/verdict/witness.hpp"

namespace refrag::testbed {

enum class Side { a, b };

// One sweep: echo requests of all sizes in flight together.
struct Traffic {
  std::string tag = "none";   // "none", or "vlanN": 802.1Q with that id; more in wire_frames.hpp
  std::string tag_at_b = {};  // where the bridge's VLANs change it on the way; empty: the same
  Side from = Side::a;
  std::vector<int> sizes = {};  // bytes of ICMP echo payload
  int count = 3;                // echoes of each size
  bool dont_fragment = false;
  packet::Family family = packet::Family::ipv4;
  bool udp = false;              // UDP's echo port instead of ICMP
  int mtu = 0;                   // of both endpoints; 0: the bridge's
  bool expects_silence = false;  // nothing shall come through: a short wait for it is enough
};

// What runs, as read there and not as asked for.
struct Machine {
  std::string name;      // "host", "guest a", "guest b"
  std::string release;   // uname -r
  std::string build_id;  // of the running kernel, hexadecimal; empty where it has none
  std::string platform;  // "xen dom0", "xen pv", "qemu"
};

struct Facts {
  std::string kind;  // "xen", "kvm", "wire"
  int mtu = 1500;    // bytes of IP, of the endpoints and of the bridge's ports
  std::vector<Machine> machines;
  std::string hypervisor;  // "Xen 4.17.6", empty on wire
};

// The host or an endpoint is gone: which, and whether it crashed or hangs.
class Lost : public std::runtime_error {
 public:
  Lost(verdict::Outcome how, const std::string& what, std::string console_tail);
  verdict::Outcome how() const noexcept { return how_; }
  const std::string& console_tail() const noexcept { return console_tail_; }

 private:
  verdict::Outcome how_;
  std::string console_tail_;
};

// What a sweep leaves behind.
struct Aftermath {
  verdict::HostState host;
  std::vector<std::string> kernel_messages;  // of host and endpoints, each with its machine's name
};

// What an endpoint itself saw of a sweep.
struct Endpoint {
  packet::Tap tap;        // by the ports' clock
  bool is_whole = false;  // nothing is missing there
};

// What was captured at the bridge's ports during the last sweep and shortly before it.
struct Taps {
  std::vector<packet::Tap> ports =
      {};  // a's and b's, or none; their bytes stay until the next call
  std::vector<packet::Mac> hosts = {};  // addresses of the host itself
  std::chrono::nanoseconds from{};      // when the sweep began, by the taps' clock
  std::chrono::nanoseconds since{};     // what that clock's zero is in Unix time
  std::string problem = {};             // why there are no ports
  std::vector<Endpoint> endpoints =
      {};  // a and b, or none; evidence that takes nothing from a verdict
  std::vector<std::string> notes = {};  // of what is missing in them
  std::string clocks = {};              // how the endpoints' times were brought to the ports' clock
};

// What the oracle at the ports themselves made of a sweep. Not clean: look at the frames.
struct Glance {
  bool is_clean = false;
  verdict::Transparency seen = {};
};

class Testbed {
 public:
  virtual ~Testbed() = default;

  virtual const Facts& facts() const = 0;

  // Sets the host's knobs and reads them back. The testbed puts back what it found when it is
  // destroyed, but not on a host that is thrown away.
  virtual verdict::HostState set_knobs(const verdict::Knobs& knobs, base::Deadline deadline) = 0;

  // Makes the path ready apart from the measurement: links, addresses, neighbours. Why it is not
  // ready (the neighbour does not answer); empty when it is.
  virtual std::string warm(const Traffic& traffic, base::Deadline deadline) = 0;

  // Sends, verifies every reply, and asks the other side what it saw: one entry for each size.
  virtual std::vector<verdict::EchoEvidence> sweep(const Traffic& traffic,
                                                   base::Deadline deadline) = 0;

  // From now on every sweep is captured, and judged by the oracle, at the ports. Where that costs a
  // host time, nothing is before; it can be asked again.
  virtual void listen(base::Deadline deadline) = 0;

  // What the last sweep looked like at the ports; no ports where the testbed cannot capture.
  virtual Taps taps(base::Deadline deadline) = 0;

  // Whether that is worth its time, for what was sent as it should and came as it should. None
  // where nobody has looked.
  virtual std::optional<Glance> glance(base::Deadline deadline) = 0;

  // Why it cannot send that, or set its host to that; empty when it can. What cannot be is skipped,
  // and nothing is claimed. A host may have to be asked what it has.
  virtual std::string unable_to(const Traffic& traffic) const = 0;
  virtual std::string unable_to(const verdict::Knobs& knobs, base::Deadline deadline) = 0;

  // A sweep of several flows through the bridge at the same time, the first of them warm: evidence
  // of that one.
  virtual std::vector<verdict::EchoEvidence> sweep_beside(const std::vector<Traffic>& flows,
                                                          base::Deadline deadline) = 0;

  // Sends one echo of one size after the other (traffic.sizes.front()) until one is lost, at most
  // traffic.count of them, with everything watched: for an explanation, not for a measurement.
  virtual verdict::Witness witness(const Traffic& traffic, base::Deadline deadline) = 0;

  // The host as it is now, and the kernels' messages since the last call.
  virtual Aftermath aftermath(base::Deadline deadline) = 0;

  // When something failed: throws Lost where that is because the host does not answer any more.
  virtual void ensure_host(base::Deadline deadline) = 0;
};

// Connects to a running testbed by the address file that whoever started it wrote.
std::unique_ptr<Testbed> attach(const base::fs::path& address, base::Deadline deadline);

}  // namespace refrag::testbed
