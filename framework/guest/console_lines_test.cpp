// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/guest/console_lines.hpp"

#include <random>

#include "framework/base/catch.hpp"
#include "framework/protocol/line.hpp"

using namespace refrag;
using namespace refrag::guest;

TEST_CASE("messages are taken out and the rest goes to the log", "[guest]") {
  std::vector<std::string> log;
  ConsoleLines lines([&](std::string_view line) { log.emplace_back(line); });
  protocol::Message message{3, "ok"};
  const auto messages =
      lines.feed("[    0.1] Linux version\r\n" +
                 protocol::encode(protocol::Direction::reply, message) + "\n\nhalf");
  REQUIRE(messages.size() == 1);
  CHECK(messages[0] == message);
  CHECK(log == std::vector<std::string>{"[    0.1] Linux version"});
  CHECK(lines.tail() == "[    0.1] Linux version\nhalf");
}

TEST_CASE("what ends a kernel is told from what it survives", "[guest]") {
  CHECK(
      is_fatal("[ 12.1] Kernel panic - not syncing: Attempted to kill init! exitcode=0x0000000b"));
  CHECK(is_fatal("BUG: kernel NULL pointer dereference, address: 0000000000000000"));
  CHECK(is_fatal("Unable to handle kernel NULL pointer dereference at 0000000000000000 RIP:"));
  CHECK(is_fatal("Oops: 0002 [#1] SMP"));
  CHECK(is_fatal("kernel BUG at net/core/skbuff.c:111!"));
  CHECK_FALSE(is_fatal("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [swapper/0:1]"));
  CHECK_FALSE(is_fatal("WARNING: CPU: 0 PID: 0 at net/core/dev.c:1 skb_warn_bad_offload"));
  CHECK_FALSE(is_fatal("Kernel command line: panic=-1 oops=panic"));
}

TEST_CASE("the first fatal line is remembered and later ones are only logged", "[guest]") {
  ConsoleLines lines;
  lines.feed("all is well\nOops: 0002 [#1] SMP\nKernel panic - not syncing: Fatal exception\n");
  REQUIRE(lines.fatal());
  CHECK(*lines.fatal() == "Oops: 0002 [#1] SMP");
  CHECK(lines.tail().find("Kernel panic") != std::string::npos);
}

TEST_CASE("the tail stays small whatever is written", "[guest]") {
  ConsoleLines lines;
  for (int i = 0; i < 500; ++i) lines.feed("line " + std::to_string(i) + "\n");
  CHECK(lines.tail().starts_with("line 400\n"));
  for (int i = 0; i < 100; ++i) lines.feed(std::string(4096, 'x'));
  CHECK(lines.tail().size() < 3072 * ConsoleLines::kTailLines);
}

TEST_CASE("hostile bytes reach nobody as they are", "[guest]") {
  std::mt19937 random(12);
  std::string log;
  ConsoleLines lines([&](std::string_view line) { log += line; });
  for (int round = 0; round < 100; ++round) {
    std::string bytes(random() % 2000, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 16 ? random() : '\n');
    CHECK(lines.feed(bytes).empty());
  }
  lines.feed("\x1b[2J\x1b]0;title\x07 ]]> \xff\xfe\n");
  log += lines.tail();
  for (const char c : log) {
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    REQUIRE_FALSE((control || c == 0x7f));
  }
}
