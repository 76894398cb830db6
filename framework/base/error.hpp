// SPDX-License-Identifier: GPL-2.0-or-later
// Errors that end a command or make a case broken. What is tested for (a lost packet, a panic, a
// deadline on the machine under test) is a value elsewhere and never one of these.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace refrag::base {

// Who has to act. The numbers are the exit codes of the command line.
enum class Fault {
  usage = 2,     // the caller: a bad option, a bad kernel spec
  nothing = 3,   // nothing was selected or nothing ran
  lab = 4,       // this machine, the lab or a program we need
  internal = 5,  // us
};

// what() is one line: what was being done, what happened, what to do next.
class Error : public std::runtime_error {
 public:
  Error(Fault fault, const std::string& what, const std::string& next = {});

  Fault fault() const noexcept { return fault_; }

  // The same error seen from further out: "while booting 6.1: <what>".
  Error within(std::string_view doing) const;

 private:
  Fault fault_;
};

// Runs f; an Error that leaves it says what was being done.
template <class F>
auto doing(std::string_view what, F&& f) -> decltype(std::forward<F>(f)()) {
  try {
    return std::forward<F>(f)();
  } catch (const Error& error) {
    throw error.within(what);
  }
}

// "No space left on device" for the current errno or the one given.
std::string errno_text(int error);

}  // namespace refrag::base
