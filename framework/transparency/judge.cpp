// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/transparency/judge.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/text.hpp"
#include "framework/oracle/taps.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/packet/link.hpp"
#include "framework/verdict/axes.hpp"
#include "framework/verdict/wrapping.hpp"

namespace refrag::transparency {

using oracle::Violation;
using verdict::Cell;
using verdict::EchoEvidence;
using verdict::ViolationRecord;

namespace {

constexpr int shown = 2;  // violations of a kind whose frames are shown

// What the bridge's VLANs are told to do to the cell's tag.
std::optional<oracle::Retag> retag_of(const Cell& cell) {
  const auto tags = [&](const char* end) {
    return verdict::wrapping_of(verdict::tag_at(cell, end)).tags;
  };
  oracle::Retag retag{tags("a"), tags("b")};
  return retag.entered == retag.left ? std::nullopt : std::optional(std::move(retag));
}

oracle::Rules rules_of(const Captures& captures, const Cell& cell, int mtu) {
  return {.mtu = verdict::port_mtu(cell, mtu),
          .hosts = captures.hosts,
          .retag = retag_of(cell),
          .from = captures.from,
          .ends_early = true};
}

// The host has been told to drop what is forwarded.
bool may_lose(const Cell& cell) {
  return verdict::axis_value(cell, "rules") == "drop" && verdict::is_hooked(cell);
}

int echo_size(const Violation& violation) {
  return static_cast<int>(violation.payload) - packet::icmp_echo_header;
}

bool is_told(const Violation& violation, const Cell& cell,
             const std::vector<EchoEvidence>& echoes) {
  if (violation.kind != oracle::Kind::lost) return false;
  const auto echo = std::ranges::find(echoes, echo_size(violation), &EchoEvidence::size);
  return may_lose(cell) || (echo != echoes.end() && echo->lost() > 0);
}

// What speaks of several violations of one kind.
class Kind {
 public:
  void add(const Violation& violation, const oracle::Direction& direction) {
    if (first_.empty()) {
      first_ = fmt::format("from {} to {}: {}", direction.from->name, direction.to->name,
                           violation.reason);
    }
    const int size = echo_size(violation);
    if (size >= 0 && std::ranges::find(record_.sizes, size) == record_.sizes.end()) {
      record_.sizes.push_back(size);
    }
    if (record_.count++ >= shown) return;
    const auto text = oracle::side_by_side(violation, direction.entered, direction.left);
    for (auto& line : base::split(base::trim(text), '\n')) record_.lines.push_back(std::move(line));
  }

  ViolationRecord record(oracle::Kind kind) {
    record_.kind = oracle::to_text(kind);
    std::ranges::sort(record_.sizes);
    record_.reason = record_.count == 1
                         ? first_
                         : fmt::format("{} ({} datagrams in all)", first_, record_.count);
    return std::move(record_);
  }

 private:
  ViolationRecord record_;
  std::string first_;
};

void add_counts(verdict::Transparency& evidence, const oracle::Findings& findings) {
  evidence.entered += static_cast<int>(findings.entered);
  evidence.left += static_cast<int>(findings.left);
  evidence.refragmented += static_cast<int>(findings.refragmented);
  evidence.unjudged += static_cast<int>(findings.unjudged);
}

}  // namespace

Judged judge(const Captures& captures, const Cell& cell, int mtu,
             const std::vector<EchoEvidence>& echoes) {
  Judged result;
  const auto& ports = captures.ports;
  if (ports.size() < 2 && captures.problem.empty()) return result;
  auto& evidence = result.evidence.emplace(verdict::Transparency{.problem = captures.problem});
  if (ports.size() < 2) return result;
  const auto missed = ports[0].missed + ports[1].missed;
  if (missed > 0) evidence.problem = fmt::format("the capture missed {} frames", missed);
  std::map<oracle::Kind, Kind> kinds;
  for (const auto& direction : oracle::judge(ports[0], ports[1], rules_of(captures, cell, mtu))) {
    add_counts(evidence, direction.findings);
    for (const auto& violation : direction.findings.violations) {
      if (is_told(violation, cell, echoes)) continue;
      if (violation.kind == oracle::Kind::over_largest_fragment) {
        ++result.outgrown[echo_size(violation)];
      }
      kinds[violation.kind].add(violation, direction);
    }
  }
  for (auto& [kind, found] : kinds) result.violations.push_back(found.record(kind));
  return result;
}

void add_outgrown(EchoEvidence& echo, const Judged& judged) {
  const auto found = judged.outgrown.find(echo.size);
  echo.outgrown_at_ports = found == judged.outgrown.end() ? 0 : found->second;
}

}  // namespace refrag::transparency
