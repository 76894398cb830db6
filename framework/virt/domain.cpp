// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/domain.hpp"

#include <fmt/format.h>
#include <libvirt/virterror.h>

namespace refrag::virt {

namespace {

// A Xen domain that crashed and is preserved is "shut off" to libvirt, with the crash as reason.
DomainState state_of(int state, int reason) {
  switch (state) {
    case VIR_DOMAIN_CRASHED:
      return DomainState::crashed;
    case VIR_DOMAIN_SHUTOFF:
      return reason == VIR_DOMAIN_SHUTOFF_CRASHED ? DomainState::crashed : DomainState::halted;
    case VIR_DOMAIN_PAUSED:
      return reason == VIR_DOMAIN_PAUSED_CRASHED ? DomainState::crashed : DomainState::halted;
    case VIR_DOMAIN_SHUTDOWN:
    case VIR_DOMAIN_PMSUSPENDED:
      return DomainState::halted;
    default:  // running, or blocked waiting for something to do
      return DomainState::running;
  }
}

}  // namespace

std::string_view to_string(DomainState state) noexcept {
  switch (state) {
    case DomainState::running:
      return "running";
    case DomainState::halted:
      return "halted";
    case DomainState::crashed:
      return "crashed";
    case DomainState::gone:
      break;
  }
  return "gone";
}

Domain Domain::create(const Connection& connection, const DomainSpec& spec,
                      base::Deadline deadline) {
  const auto doing = fmt::format("creating the guest {}", spec.name);
  return {
      connection, spec.name,
      connection.call(doing, deadline, [doing, xml = domain_xml(spec), on = connection.handle()] {
        DomainHandle made(virDomainCreateXML(on.get(), xml.c_str(), 0));
        if (!made) throw failure(doing);
        return made;
      })};
}

std::optional<Domain> Domain::find(const Connection& connection, const std::string& name,
                                   base::Deadline deadline) {
  const auto doing = fmt::format("looking for the guest {}", name);
  auto found = connection.call(doing, deadline, [doing, name, in = connection.handle()] {
    DomainHandle handle(virDomainLookupByName(in.get(), name.c_str()));
    if (!handle && failure_code() != VIR_ERR_NO_DOMAIN) throw failure(doing);
    return handle;
  });
  if (!found) return std::nullopt;
  return Domain(connection, name, std::move(found));
}

std::string Domain::uuid() const {
  char text[VIR_UUID_STRING_BUFLEN] = {};
  virDomainGetUUIDString(handle_.get(), text);  // asks nobody
  return text;
}

DomainState Domain::state(base::Deadline deadline) const {
  const auto doing = fmt::format("asking for the state of {}", name_);
  return connection_.call(doing, deadline, [doing, domain = handle_] {
    int state = 0, reason = 0;
    if (virDomainGetState(domain.get(), &state, &reason, 0) == 0) return state_of(state, reason);
    if (failure_code() != VIR_ERR_NO_DOMAIN) throw failure(doing);
    return DomainState::gone;
  });
}

int Domain::id(base::Deadline deadline) const {
  return connection_.call(
      fmt::format("asking for the number of {}", name_), deadline,
      [domain = handle_] { return static_cast<int>(virDomainGetID(domain.get())); });
}

void Domain::destroy(base::Deadline deadline) const {
  const auto doing = fmt::format("destroying the guest {}", name_);
  connection_.call(doing, deadline, [doing, domain = handle_] {
    if (virDomainDestroy(domain.get()) == 0) return;
    if (failure_code() != VIR_ERR_NO_DOMAIN) throw failure(doing);
  });
}

}  // namespace refrag::virt
