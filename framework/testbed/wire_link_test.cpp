// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_link.hpp"

#include <algorithm>
#include <random>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "framework/base/catch.hpp"

using namespace refrag;
using namespace refrag::testbed;
using packet::Bytes;

namespace {

struct Pair {
  Pair() {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    machine = base::Fd(ends[0]);
    fcntl(machine.get(), F_SETFL, O_NONBLOCK);
    link.emplace(base::Fd(ends[1]));
  }

  void write(const Bytes& bytes) {
    REQUIRE(::write(machine.get(), bytes.data(), bytes.size()) ==
            static_cast<ssize_t>(bytes.size()));
  }

  std::vector<Bytes> receive() {
    std::vector<Bytes> frames;
    link->receive([&](packet::View frame) { frames.emplace_back(frame.begin(), frame.end()); });
    return frames;
  }

  // What the machine's side gets, as bytes.
  Bytes read() {
    Bytes all(1 << 20);
    const auto got = ::read(machine.get(), all.data(), all.size());
    all.resize(static_cast<std::size_t>(std::max<ssize_t>(0, got)));
    return all;
  }

  base::Fd machine;
  std::optional<WireLink> link;
};

Bytes framed(const Bytes& frame) {
  Bytes bytes;
  bytes.reserve(4 + frame.size());
  packet::append32(bytes, static_cast<std::uint32_t>(frame.size()));
  packet::append(bytes, frame);
  return bytes;
}

}  // namespace

TEST_CASE("a frame goes out behind its length, big endian", "[wire]") {
  Pair pair;
  CHECK(pair.link->send(Bytes{1, 2, 3}));
  CHECK(pair.link->wants_to_write());
  pair.link->flush();
  CHECK_FALSE(pair.link->wants_to_write());
  CHECK(pair.read() == Bytes{0, 0, 0, 3, 1, 2, 3});
}

TEST_CASE("frames come in whole, however the stream is cut", "[wire]") {
  Pair pair;
  std::mt19937 random(1);
  std::vector<Bytes> sent, got;
  Bytes stream;
  for (int i = 0; i < 200; ++i) {
    sent.emplace_back(random() % (i % 10 ? 1600 : 65000), static_cast<std::uint8_t>(i));
    packet::append(stream, framed(sent.back()));
  }
  for (std::size_t at = 0; at < stream.size();) {
    const auto size = std::min<std::size_t>(random() % 9000 + 1, stream.size() - at);
    pair.write({stream.begin() + static_cast<std::ptrdiff_t>(at),
                stream.begin() + static_cast<std::ptrdiff_t>(at + size)});
    at += size;
    for (auto& frame : pair.receive()) got.push_back(std::move(frame));
  }
  CHECK(got == sent);
  CHECK_FALSE(pair.link->is_broken());
}

TEST_CASE("a length that no frame has breaks the link, with the reason", "[wire]") {
  Pair pair;
  pair.write({0x7f, 0xff, 0xff, 0xff, 1, 2, 3});
  CHECK(pair.receive().empty());
  CHECK(pair.link->problem() == "a frame of 2147483647 bytes was announced");
  CHECK_FALSE(pair.link->send(Bytes{1}));
}

TEST_CASE("the end of the stream breaks the link", "[wire]") {
  Pair pair;
  pair.write(framed({1, 2, 3}));
  pair.machine.reset();
  CHECK(pair.receive() == std::vector<Bytes>{{1, 2, 3}});
  CHECK(pair.receive().empty());
  CHECK(pair.link->problem() == "the machine closed it");
}

TEST_CASE("a machine that does not read fills a bounded queue and no more", "[wire]") {
  Pair pair;
  const Bytes frame(1500, 7);
  std::size_t taken = 0;
  for (int i = 0; i < 10000; ++i) {
    if (pair.link->send(frame)) ++taken;
    pair.link->flush();
  }
  CHECK(taken * frame.size() < 2 * WireLink::queue_limit);
  CHECK(taken < 10000);
  CHECK_FALSE(pair.link->is_broken());
  std::size_t read = 0;  // all that was taken arrives once it reads again
  for (Bytes got; !(got = pair.read()).empty(); pair.link->flush()) read += got.size();
  CHECK(read == taken * (frame.size() + 4));
}

TEST_CASE("a flood is taken in pieces", "[wire]") {
  Pair pair;
  const auto flood = framed(Bytes(60, 1));
  std::size_t sent = 0, got = 0;
  for (int turn = 0; turn < 50; ++turn) {
    while (::write(pair.machine.get(), flood.data(), flood.size()) == 64) ++sent;
    got += pair.receive().size();
  }
  CHECK(got > 0);
  CHECK(got <= sent + 1);
  CHECK_FALSE(pair.link->is_broken());
}
