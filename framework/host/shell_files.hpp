// SPDX-License-Identifier: GPL-2.0-or-later
// A host's files by way of its shell, with as few processes as can be.
#pragma once

#include "framework/host/files.hpp"
#include "framework/host/shell.hpp"

namespace refrag::host {

class ShellFiles : public Files {
 public:
  explicit ShellFiles(Shell& shell) : shell_(shell) {}

  std::map<std::string, std::string> read(const std::vector<std::string>& paths,
                                          base::Deadline deadline) override;
  std::vector<std::string> write(const std::vector<Setting>& settings,
                                 base::Deadline deadline) override;

 private:
  Shell& shell_;
};

}  // namespace refrag::host
