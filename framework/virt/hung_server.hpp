// SPDX-License-Identifier: GPL-2.0-or-later
// For tests: a libvirtd that takes connections and never says a word.
#pragma once

#include <string>

#include <sys/socket.h>
#include <sys/un.h>

#include "framework/base/catch.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"

namespace refrag::virt {

class HungServer {
 public:
  HungServer() : folder_("hung"), listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = {}};
    path().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    REQUIRE(::bind(listening_.get(), generic, sizeof address) == 0);
    REQUIRE(::listen(listening_.get(), 4) == 0);
  }

  std::string uri() const { return "test+unix:///default?socket=" + path(); }

 private:
  std::string path() const { return (folder_.path() / "s").string(); }

  base::TempDir folder_;
  base::Fd listening_;
};

}  // namespace refrag::virt
