// SPDX-License-Identifier: GPL-2.0-or-later
// Bugs that are known by where they fail, and the kernels that have them: fixtures/known-bugs.toml,
// which says what the fields mean. The file is part of the program; another one can be given.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/files.hpp"
#include "framework/verdict/cell.hpp"

namespace refrag::verdict {

// Versions from `from` up to, and without, `before`; an empty end is open.
struct KernelRange {
  std::string branch;  // glob over versions; empty: upstream, for what no other branch matches
  std::string from;
  std::string before;
};

// What becomes of an echo.
enum class Fate {
  passes,
  outgrows,  // arrives, in a packet longer than any that it was sent in
  is_lost,
};

// What a bug does in some cells. Lengths are bytes of IP.
struct Effect {
  enum class Measure { datagram, packet };  // of what is measured: the longest packet it is sent in
  enum class Limit { port, sender };        // whose MTU

  std::map<std::string, std::string> where =
      {};        // axis (axes.hpp) -> "value|value", "!value|value"
  int over = 0;  // bytes by which the longest that passes exceeds the MTU
  Limit of = Limit::port;
  Measure measures = Measure::datagram;
  bool loses = true;       // what is longer
  bool outgrown = false;   // what was sent in fragments and is not lost leaves in longer packets
  bool unread = false;     // so it does, and no receiver takes it
  bool sometimes = false;  // it may pass as well
  std::vector<std::string> violations = {};  // of transparency, beside what it does to echoes

  bool affects(const Cell& cell) const;
  bool drops(const Cell& cell, int size, int mtu) const;  // between the ports
  Fate fate(const Cell& cell, int size, int mtu) const;
};

struct KnownBug {
  std::string signature;
  std::string meaning;
  std::vector<Effect> effects;  // the first that affects a cell counts
  bool always = true;           // a kernel that has it never passes
  std::string broken_by;
  std::string fixed_by;
  std::vector<KernelRange> kernels;

  bool affects(const Cell& cell) const;
  // Null where it has none.
  const Effect* effect_in(const Cell& cell) const;
  // What becomes of an echo of so many bytes of payload; `mtu` is the run's.
  Fate fate(const Cell& cell, int size, int mtu) const;
  bool is_expected_on(std::string_view version) const;
};

using KnownBugs = std::vector<KnownBug>;

// Throws Error (usage) that names the source and what is wrong with it.
KnownBugs parse_known_bugs(std::string_view toml, std::string_view source);

const KnownBugs& built_in_bugs();

// The table in this file; the built-in one for an empty path. Throws Error (usage).
KnownBugs read_known_bugs(const base::fs::path& file);

}  // namespace refrag::verdict
