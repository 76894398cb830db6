// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/lost_guest.hpp"

#include "framework/base/error.hpp"

namespace refrag::testbed {

namespace {

constexpr auto ask_time = base::seconds(2);  // whether libvirt knows more

}  // namespace

verdict::Outcome outcome_of(guest::Lost::How how) {
  switch (how) {
    case guest::Lost::How::crashed:
      return verdict::Outcome::crashed;
    case guest::Lost::How::silent:
      return verdict::Outcome::hung;
    case guest::Lost::How::ended:
    case guest::Lost::How::restarted:
      break;
  }
  return verdict::Outcome::broken;
}

std::string words_for(const guest::Lost& lost, const std::array<GuestEnd*, 2>& ends) {
  std::string words = lost.what();
  for (const auto* end : ends) {
    try {
      const auto trouble = end->trouble(base::Deadline::in(ask_time));
      const bool is_said = words.find(trouble) != std::string::npos;
      if (!trouble.empty() && !is_said) words += "; " + trouble;
    } catch (const base::Error&) {
      // Nothing to be learnt there.
    }
  }
  return words;
}

Lost to_lost(const guest::Lost& lost, const std::array<GuestEnd*, 2>& ends) {
  return {outcome_of(lost.how()), words_for(lost, ends), lost.console_tail()};
}

}  // namespace refrag::testbed
