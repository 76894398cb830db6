// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/fatal.hpp"

#include <array>
#include <string>

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "framework/protocol/line.hpp"

namespace refrag::agent {
namespace {

constexpr std::array<int, 6> kSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS};

// Made beforehand: a signal handler may neither allocate nor format.
struct LastWords {
  int signal = 0;
  std::string text;
};
std::array<LastWords, kSignals.size()> last_words;
int console_fd = 1;
alignas(16) char handler_stack[16384];

void say_last_words(int signal) {
  for (const auto& words : last_words) {
    if (words.signal != signal) continue;
    [[maybe_unused]] const auto put = write(console_fd, words.text.data(), words.text.size());
  }
  _exit(128 + signal);  // an init that exits is a panic: the runner sees that too
}

std::string words_for(int signal) {
  protocol::Message message{0, std::string(protocol::kDying)};
  message.add("reason", strsignal(signal));
  std::string words(1, '\n');
  words += protocol::encode(protocol::Direction::reply, message);
  return words;
}

}  // namespace

void install_last_words(int console) {
  console_fd = console;
  stack_t stack{};
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_handler = say_last_words;
  action.sa_flags = SA_ONSTACK;
  for (std::size_t i = 0; i < kSignals.size(); ++i) {
    last_words[i] = {kSignals[i], words_for(kSignals[i])};
    sigaction(kSignals[i], &action, nullptr);
  }
  signal(SIGPIPE, SIG_IGN);
}

void die(const char* why) noexcept {
  [[maybe_unused]] const auto put = write(console_fd, why, strlen(why));
  raise(SIGABRT);
  _exit(134);
}

}  // namespace refrag::agent
