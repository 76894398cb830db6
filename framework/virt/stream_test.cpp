// SPDX-License-Identifier: GPL-2.0-or-later
// The test driver has no consoles, but its screenshot comes through a stream.
#include "framework/virt/stream.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/virt/domain.hpp"

namespace refrag::virt {

namespace {

constexpr auto picture = "/usr/share/libvirt/test-screenshot.png";

base::Deadline soon() { return base::Deadline::in(base::seconds(5)); }

Stream open_screenshot(const Connection& connection) {
  const auto guest = Domain::find(connection, "test", soon()).value();
  const auto attach = [handle = guest.handle()](virStreamPtr stream) {
    const std::unique_ptr<char, Release<std::free>> type(
        virDomainScreenshot(handle.get(), stream, 0, 0));
    return type ? 0 : -1;
  };
  return Stream::open(connection, "taking a picture", attach, soon());
}

std::string read_all(const Stream& stream) {
  std::string got;
  for (;;) {
    REQUIRE(base::wait_readable(stream.read_fd(), soon()));
    const auto some = base::read_some(stream.read_fd());
    if (some.empty()) return got;
    got += some;
  }
}

}  // namespace

TEST_CASE("a stream's bytes come through its descriptor, then its end", "[virt]") {
  const auto stream = open_screenshot(Connection::open("test:///default", soon()));
  CHECK(base::sha256(read_all(stream)) == base::sha256_file(picture));
  CHECK_FALSE(stream.why_ended().empty());
}

TEST_CASE("a stream may be dropped before it is read", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  for (int i = 0; i < 20; ++i) open_screenshot(connection);
}

TEST_CASE("writing into a stream that has ended says why it has", "[virt]") {
  auto stream = open_screenshot(Connection::open("test:///default", soon()));
  read_all(stream);
  CHECK_THROWS_WITH(stream.write("x", soon()),
                    Catch::StartsWith("while taking a picture: it has ended: "));
}

TEST_CASE("a lost connection ends what came through it", "[virt]") {
  const auto connection = Connection::open("test:///default", soon());
  const auto inbox = std::make_shared<Inbox>();
  const auto late = std::make_shared<Inbox>();
  connection.listeners().add(inbox);
  connection.listeners().lost();
  connection.listeners().add(late);
  CHECK(inbox->why_ended() == "the connection to libvirt was lost");
  CHECK(late->why_ended() == inbox->why_ended());
}

}  // namespace refrag::virt
