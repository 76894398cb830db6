// SPDX-License-Identifier: GPL-2.0-or-later
// rtnetlink by hand: requests with nested attributes, acknowledgements, dumps.
#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "vm-images/agent/io.hpp"

namespace refrag::agent {

// A request under construction.
class NetlinkRequest {
 public:
  template <class Header>
  NetlinkRequest(std::uint16_t type, std::uint16_t flags, const Header& header)
      : type_(type), flags_(flags) {
    append(&header, sizeof header);
  }

  void add(std::uint16_t type, std::string_view value);
  void add(std::uint16_t type, std::uint32_t value) { add_raw(type, value); }
  void add(std::uint16_t type, std::uint16_t value) { add_raw(type, value); }

  std::size_t begin(std::uint16_t type);  // a nested attribute, until end() of what it returned
  void end(std::size_t begun);

  std::uint16_t type() const { return type_; }
  std::uint16_t flags() const { return flags_; }
  const std::string& body() const { return body_; }

 private:
  template <class T>
  void add_raw(std::uint16_t type, T value) {
    add(type, std::string_view(reinterpret_cast<const char*>(&value), sizeof value));
  }
  void append(const void* bytes, std::size_t size);

  std::uint16_t type_;
  std::uint16_t flags_;
  std::string body_;
};

// One message of a dump: its header and the attributes after it.
class NetlinkMessage {
 public:
  explicit NetlinkMessage(std::string_view body) : body_(body) {}

  template <class Header>
  Header header() const {
    Header header{};
    std::memcpy(&header, body_.data(), std::min(sizeof header, body_.size()));
    return header;
  }
  // An attribute's bytes behind a header of that size; empty when there is none.
  std::string_view attribute(std::size_t header_size, std::uint16_t type) const;

 private:
  std::string_view body_;
};

class Netlink {
 public:
  Problem open();

  // 0 or an errno; ETIMEDOUT when the kernel does not answer within two seconds.
  int ask(const NetlinkRequest& request);

  // Each message of a dump.
  int dump(const NetlinkRequest& request, const std::function<void(NetlinkMessage)>& each);

 private:
  int exchange(const NetlinkRequest& request, std::uint16_t flags,
               const std::function<void(NetlinkMessage)>& each);
  int receive(const std::function<void(NetlinkMessage)>& each, bool& done);

  Fd socket_;
  std::uint32_t sequence_ = 0;
};

}  // namespace refrag::agent
