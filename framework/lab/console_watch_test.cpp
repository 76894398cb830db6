// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/console_watch.hpp"

#include <random>
#include <vector>

#include "framework/base/catch.hpp"

using namespace refrag::lab;

namespace {

struct Watched {
  std::vector<Mark> marks;
  ConsoleWatch watch{[this](const Mark& mark) { marks.push_back(mark); }};
};

}  // namespace

TEST_CASE("a mark is found behind the kernel's time stamp, also in pieces", "[lab]") {
  Watched w;
  w.watch.feed("[   15.891930] refrag: sshd re");
  w.watch.feed("ady 15.891\r\n(XEN) other\n");
  CHECK(w.marks == std::vector<Mark>{{"sshd ready", 15.891}});
}

TEST_CASE("a panic of kernel or hypervisor is seen, and the first one is kept", "[lab]") {
  Watched w;
  w.watch.feed("[1.0] fine\n[2.0] Kernel panic - not syncing: VFS\n(XEN) Panic on CPU 0:\n");
  CHECK(w.watch.panic() == "[2.0] Kernel panic - not syncing: VFS");
  CHECK(is_panic("(XEN) Panic on CPU 0:"));
  CHECK(is_panic("BUG: kernel NULL pointer dereference, address: 0000000000000000"));
  CHECK_FALSE(is_panic("refrag: ready 12.0"));
}

TEST_CASE("what init complains of is kept with what it quotes", "[lab]") {
  Watched w;
  w.watch.feed("[9.1] refrag: failed libvirtd: exited with 1\n[9.2] refrag: | no driver\n");
  CHECK(w.watch.complaint() == "libvirtd: exited with 1\n| no driver");
  CHECK(w.marks.empty());
}

TEST_CASE("words that only look like marks are none", "[lab]") {
  Watched w;
  w.watch.feed("refrag: sshd\nrefrag: sshd 1.2x\nrefrag: \nrefrag: sshd \n");
  CHECK(w.marks.empty());
}

TEST_CASE("hostile bytes do no harm and the tail is printable", "[lab]") {
  Watched w;
  std::mt19937 random(1);
  std::string noise(200'000, '\0');
  for (auto& c : noise) c = static_cast<char>(random());
  w.watch.feed(noise);
  w.watch.feed(std::string(1'000'000, 'x'));
  w.watch.feed("\x1b]0;title\x07\n");
  const auto tail = w.watch.tail();
  CHECK(tail.size() < 60 * 4096 * 4);
  CHECK(tail.find('\x1b') == std::string::npos);
}
