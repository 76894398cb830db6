// SPDX-License-Identifier: GPL-2.0-or-later
// A guest under libvirt that lives as long as it runs (transient): nothing of it is in libvirt's
// configuration. Everything throws Error (lab); how a guest fares is a value.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "framework/virt/connection.hpp"
#include "framework/virt/domain_xml.hpp"

namespace refrag::virt {

enum class DomainState {
  running,
  halted,   // paused, or shut down by its own doing
  crashed,  // its kernel died
  gone,     // there is no such domain any more
};

std::string_view to_string(DomainState state) noexcept;

class Domain {
 public:
  // Returns once it runs; what goes on inside is for its console to say.
  static Domain create(const Connection& connection, const DomainSpec& spec,
                       base::Deadline deadline);
  static std::optional<Domain> find(const Connection& connection, const std::string& name,
                                    base::Deadline deadline);

  const std::string& name() const noexcept { return name_; }
  std::string uuid() const;
  DomainState state(base::Deadline deadline) const;
  int id(base::Deadline deadline) const;  // the hypervisor's number of one that runs, else -1

  // No error when it has gone by itself.
  void destroy(base::Deadline deadline) const;

  // For the console.
  const Connection& connection() const noexcept { return connection_; }
  const std::shared_ptr<virDomain>& handle() const noexcept { return handle_; }

 private:
  Domain(const Connection& connection, std::string name, DomainHandle handle)
      : connection_(connection),
        name_(std::move(name)),
        handle_(share(std::move(handle), connection)) {}

  Connection connection_;
  std::string name_;
  std::shared_ptr<virDomain> handle_;
};

}  // namespace refrag::virt
