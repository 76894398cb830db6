// SPDX-License-Identifier: GPL-2.0-or-later
// What explore found, as it is kept: enough to send it again and to see what it was about.
#pragma once

#include "framework/explore/scenario.hpp"
#include "framework/oracle/taps.hpp"

namespace refrag::explore {

struct Case {
  std::string name = {};    // "over-mtu-1a2b3c4d": the same for the same frames and settings
  std::string kind = {};    // of the oracle, or "crashed"
  std::string reason = {};  // one sentence
  std::string kernel = {};  // what --kernel was given
  std::string release = {};
  std::string looks_like = {};  // a known bug; empty: none that the kernel is known to have
  std::uint64_t seed = 0;
  std::uint64_t number = 0;  // of the scenario it was found in
  int shown = 0;             // so many times
  int tries = 0;             // of so many
  Scenario scenario = {};
};

// By what it is made of: kind, settings, tags, families, how many frames; not by sizes.
std::string name_of(const std::string& kind, const Scenario& scenario);

std::string to_json(const Case& found);
Case case_from_json(const std::string& json, const std::string& source);

// Kind, family and tags of what a violation is about: what tells findings apart before anybody has
// looked at them closely.
std::string class_of(const oracle::Violation& violation, const oracle::Direction& direction);

}  // namespace refrag::explore
