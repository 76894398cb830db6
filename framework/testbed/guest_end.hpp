// SPDX-License-Identifier: GPL-2.0-or-later
// A guest as one end of a testbed: its agent, and its domain, which knows how it fares when the
// agent does not say any more.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "framework/guest/agent.hpp"
#include "framework/testbed/path.hpp"
#include "framework/virt/domain.hpp"

namespace refrag::testbed {

// "guest a"
std::string name_of(Side side);

class GuestEnd {
 public:
  // Without a domain only the console tells of a guest's death.
  GuestEnd(Side side, std::unique_ptr<guest::ByteStream> console, guest::ConsoleLines::Sink log,
           std::optional<virt::Domain> domain = {})
      : side_(side),
        domain_(std::move(domain)),
        agent_(name_of(side), std::move(console), std::move(log)) {}

  Side side() const noexcept { return side_; }
  guest::Agent& agent() noexcept { return agent_; }

  // It answers, and says what it has.
  const guest::Hello& greet(base::Deadline deadline);
  // Another one, which sessions are with: the MAC of its card.
  void meet(const GuestEnd& other) { peer_mac_ = other.mac(); }
  bool has_sessions() const { return hello_.has_sessions; }

  // The host's end of its card: "vif1.0"; empty without a domain.
  std::string port(base::Deadline deadline) const;

  // Makes device and address of a path with that MTU, where they are not there already.
  void prepare(const Path& path, int mtu, base::Deadline deadline);

  // Takes the path's device down until it is made ready again: what comes for it is for nobody.
  void close(const Path& path, base::Deadline deadline);

  // Of its card, "1" as found or "0" none, where it is not so already; read back. Throws Error
  // (lab).
  void set_offloads(const std::string& value, base::Deadline deadline);

  // Throws guest::Lost when the console or libvirt knows of its death.
  void check(base::Deadline deadline);

  // "refrag-a is crashed"; empty while it runs or nobody knows.
  std::string trouble(base::Deadline deadline) const;

 private:
  std::set<std::string>& devices(base::Deadline deadline);
  void make_vlan(const Path& path, std::size_t tag, base::Deadline deadline);
  void make_session(const Path& path, base::Deadline deadline);
  std::string mac() const;
  virt::DomainState state_of_domain(base::Deadline deadline) const;
  std::string words_for(virt::DomainState state) const;

  Side side_;
  std::optional<virt::Domain> domain_;
  guest::Agent agent_;
  guest::Hello hello_;
  std::string peer_mac_;
  int mtu_ = 0;                                   // of the card and of what is ready
  std::string offloads_;                          // empty: not known
  std::map<std::string, std::string> ready_;      // addresses, and the devices that have them
  std::set<std::string> closed_;                  // devices
  std::optional<std::set<std::string>> devices_;  // that are there, once it matters
};

}  // namespace refrag::testbed
