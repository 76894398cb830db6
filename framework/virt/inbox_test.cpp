// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/inbox.hpp"

#include "framework/base/catch.hpp"

namespace refrag::virt {

TEST_CASE("an inbox keeps what comes until it is read", "[virt]") {
  Inbox inbox;
  CHECK_FALSE(base::wait_readable(inbox.fd(), base::Deadline::in(base::milliseconds(0))));
  CHECK(inbox.put("one"));
  CHECK(inbox.put(std::string("\0two", 4)));
  CHECK(base::read_some(inbox.fd()) == std::string("one\0two", 7));
  CHECK(inbox.why_ended().empty());
}

TEST_CASE("an inbox gives what it has, then its end, then the first reason", "[virt]") {
  Inbox inbox;
  inbox.put("last words");
  inbox.finish("it died");
  inbox.finish("it was closed");
  CHECK_FALSE(inbox.put("more"));
  CHECK(base::read_some(inbox.fd()) == "last words");
  CHECK(base::read_some(inbox.fd()).empty());
  CHECK(inbox.why_ended() == "it died");
}

TEST_CASE("an inbox that nobody reads ends instead of growing or blocking", "[virt]") {
  Inbox inbox;
  const std::string flood(4096, 'x');
  std::size_t kept = 0;
  while (inbox.put(flood)) kept += flood.size();
  CHECK(kept >= 65536);
  CHECK(kept <= 1 << 20);
  CHECK_THAT(inbox.why_ended(), Catch::Contains("bytes came unread"));
}

}  // namespace refrag::virt
