// SPDX-License-Identifier: GPL-2.0-or-later
// The verdict about a host: may fragmented VLAN traffic between its guests be trusted to it? Pure:
// from what was seen and how the host is set.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/host/survey.hpp"
#include "framework/verdict/known_bugs.hpp"
#include "framework/verdict/result.hpp"

namespace refrag::validate {

enum class Safety { safe, not_safe, cannot_tell };

std::string_view to_text(Safety safety);

// 0, 1, 4.
int exit_code(Safety safety);

struct Opinion {
  Safety safety = Safety::cannot_tell;
  std::string why;                     // one sentence
  std::vector<std::string> settings;   // that decide it: "bridge-nf-call-iptables = 1"
  std::string kernel;                  // its place among the bugs known of this traffic
  std::vector<std::string> not_tried;  // bugs known of it that other traffic shows
  std::vector<std::string> now;        // commands that make it safe until it boots again
  std::vector<std::string> for_good;   // and from then on
  std::vector<std::string> unsafe_if;
};

struct Seen {
  const host::Survey& survey;
  std::string bridge;  // that the guests were on
  bool toggled = false;
  int mtu = 1500;
  std::span<const verdict::CaseRecord> cases;
  std::span<const verdict::SweepRecord> sweeps;
};

// Only the cells of host=as-found decide; the others tell what another setting would do.
Opinion opinion_of(const Seen& seen, const verdict::KnownBugs& bugs = verdict::built_in_bugs());

// For people and for programs.
std::string text_of(const Opinion& opinion);
std::string json_of(const Opinion& opinion);

}  // namespace refrag::validate
