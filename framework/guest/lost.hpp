// SPDX-License-Identifier: GPL-2.0-or-later
// A guest that can no longer be worked with, with what its console said last.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace refrag::guest {

class Lost : public std::runtime_error {
 public:
  enum class How {
    crashed,    // its kernel or the agent said so on the console
    ended,      // the console is gone: somebody destroyed it, or it powered off
    restarted,  // it says hello once more: it is not the machine that was set up
    silent,     // no answer by the deadline
  };

  Lost(How how, const std::string& what, std::string console_tail)
      : std::runtime_error(what), how_(how), console_tail_(std::move(console_tail)) {}

  How how() const noexcept { return how_; }
  const std::string& console_tail() const noexcept { return console_tail_; }  // printable lines

 private:
  How how_;
  std::string console_tail_;
};

}  // namespace refrag::guest
