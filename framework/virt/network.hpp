// SPDX-License-Identifier: GPL-2.0-or-later
// A libvirt network that lives as long as it runs (transient): nothing of it is in libvirt's
// configuration. Everything throws Error (lab).
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "framework/virt/connection.hpp"
#include "framework/virt/network_xml.hpp"

namespace refrag::virt {

class Network {
 public:
  // Throws also when a network or a bridge of that name is there already.
  static Network create(const Connection& connection, const NetworkSpec& spec,
                        base::Deadline deadline);
  static std::optional<Network> find(const Connection& connection, const std::string& name,
                                     base::Deadline deadline);

  const std::string& name() const noexcept { return name_; }
  std::string bridge(base::Deadline deadline) const;

  // No error when it has gone by itself.
  void destroy(base::Deadline deadline) const;

 private:
  Network(const Connection& connection, std::string name, NetworkHandle handle)
      : connection_(connection),
        name_(std::move(name)),
        handle_(share(std::move(handle), connection)) {}

  Connection connection_;
  std::string name_;
  std::shared_ptr<virNetwork> handle_;
};

}  // namespace refrag::virt
