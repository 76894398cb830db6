// SPDX-License-Identifier: GPL-2.0-or-later
// A raw socket for echoes of one type, of ICMP or of ICMPv6. The kernel fragments what is sent and
// has reassembled what is received.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "vm-images/agent/icmp.hpp"
#include "vm-images/agent/io.hpp"

namespace refrag::agent {

class EchoSocket {
 public:
  // Receives echoes of this type by this device, and only to and from this address, which is of
  // either family.
  Problem open(EchoType type, const std::string& address, const std::string& device);

  // Whether packets carry DF; what is too long is then refused by send() with EMSGSIZE.
  Problem set_dont_fragment(bool on);

  // An echo of the other type: a request where replies are received. 0, or an errno: EAGAIN and
  // ENOBUFS mean that it is worth trying again.
  int send(std::uint16_t ident, std::uint16_t sequence, std::string_view payload);

  // The next echo that has come, without waiting; valid until the next call.
  std::optional<Echo> receive();

  int fd() const { return socket_.get(); }

 private:
  Problem filter();
  Problem aim(const std::string& address, const std::string& device);

  Fd socket_;
  bool is_ipv6_ = false;
  EchoType type_ = EchoType::reply;
  std::vector<char> buffer_;
};

}  // namespace refrag::agent
