// SPDX-License-Identifier: GPL-2.0-or-later
// A raw socket for echoes of one type, of ICMP, of ICMPv6 or of UDP. The kernel fragments what is
// sent and has reassembled what is received. No socket of UDP's own is there; that nothing listens
// at a port is not told to the other end (machine.cpp).
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
  Problem open(EchoType type, const std::string& address, const std::string& device,
               bool udp = false);

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

  std::string message_for(std::uint16_t ident, std::uint16_t sequence,
                          std::string_view payload) const;
  std::optional<Echo> find_in(std::string_view packet) const;

  Fd socket_;
  bool is_ipv6_ = false;
  bool is_udp_ = false;
  std::string own_, peer_;  // addresses of IPv4, 4 bytes
  EchoType type_ = EchoType::reply;
  std::vector<char> buffer_;
};

}  // namespace refrag::agent
