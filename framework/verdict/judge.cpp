// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/judge.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"

namespace refrag::verdict {

namespace {

using Verdict = std::optional<Judgement>;  // none: the next rule decides

Judgement broken(std::string kind, std::string reason) {
  return {Outcome::broken, std::move(kind), std::move(reason)};
}

// What a value of an axis claims of the host.
struct Claim {
  std::string_view nf;
  bool tagged_only;
  std::string_view knob;
  std::string_view value;
};
constexpr std::array<Claim, 4> claims = {{
    {"1", false, knob::call_iptables, "1"},
    {"1", true, knob::filter_vlan_tagged, "1"},
    {"1", false, knob::conntrack_rule, "present"},
    {"0", false, knob::call_iptables, "0"},
}};

Verdict judge_knobs(const Cell& cell, const Knobs& knobs, std::string_view when) {
  for (const auto& claim : claims) {
    if (claim.nf != cell.at("nf") || (claim.tagged_only && !cell.is_tagged())) continue;
    const auto found = knobs.find(claim.knob);
    if (found != knobs.end() && found->second == claim.value) continue;
    const auto is = found == knobs.end() ? "could not be read" : "is " + found->second;
    return broken("KnobNotSet", fmt::format("{} {} {} the sweep, this cell needs {}", claim.knob,
                                            is, when, claim.value));
  }
  return std::nullopt;
}

// Container engines and firewall managers set sysctls when they please.
Verdict judge_change(const CellEvidence& evidence) {
  for (const auto& [name, before] : evidence.knobs_before) {
    const auto after = evidence.knobs_after.find(name);
    if (after == evidence.knobs_after.end() || after->second == before) continue;
    return broken("SettingChanged",
                  fmt::format("{} was {} before the sweep and {} after it: something else on this "
                              "host changes it",
                              name, before, after->second));
  }
  return std::nullopt;
}

Verdict judge_cell(const Cell& cell, const CellEvidence& evidence) {
  constexpr int least_mtu = 68;  // RFC 791
  if (evidence.mtu < least_mtu) {
    return broken("EvidenceContradictory", fmt::format("an MTU of {}", evidence.mtu));
  }
  if (auto verdict = judge_knobs(cell, evidence.knobs_before, "before")) return verdict;
  if (!evidence.link_problem.empty()) return broken("LinkNotReady", evidence.link_problem);
  if (auto verdict = judge_knobs(cell, evidence.knobs_after, "after")) return verdict;
  return judge_change(evidence);
}

Verdict judge_numbers(const Cell& cell, const EchoEvidence& echo) {
  if (echo.local_errors > 0) {
    return broken("SendFailed",
                  fmt::format("{}'s own stack refused {} of {} requests: {}", cell.sender(),
                              echo.local_errors, echo.sent + echo.local_errors, echo.local_error));
  }
  if (echo.sent == 0) return broken("NothingSent", "no request was sent");
  const int least = std::min({echo.sent, echo.good, echo.wrong_length, echo.wrong_payload,
                              echo.duplicates, echo.seen_by_peer.value_or(0), echo.seen_wrong});
  if (least < 0 || echo.lost() < 0 || echo.seen_by_peer > echo.sent) {
    return broken("EvidenceContradictory",
                  fmt::format("{} sent, {} answered, {} seen by {}", echo.sent, echo.answered(),
                              echo.seen_by_peer.value_or(0), cell.peer()));
  }
  return std::nullopt;
}

// Fragmented datagrams that crossed the bridge for certain, both ways.
std::int64_t crossed(const SweepEvidence& evidence) {
  std::int64_t count = 0;
  for (const auto& echo : evidence.echoes) {
    if (!packet::is_fragmented(echo.size, evidence.cell.mtu)) continue;
    count += std::max(echo.seen_by_peer.value_or(0), echo.answered()) + echo.answered();
  }
  return count;
}

Verdict judge_path(const Cell& cell, const SweepEvidence& evidence) {
  if (cell.at("nf").empty()) return std::nullopt;
  const auto reassembled = evidence.cell.moved("ReasmOKs");
  if (!reassembled) return broken("CountersNotRead", "the host's ReasmOKs could not be read");
  if (!cell.claims_reassembly()) {
    if (*reassembled == 0) return std::nullopt;
    return broken(
        "KnobWithoutEffect",
        fmt::format("the host reassembled {} datagrams with the hooks off", *reassembled));
  }
  const auto must = crossed(evidence);
  if (*reassembled >= must) return std::nullopt;
  return broken(
      "PathNotExercised",
      fmt::format("the host reassembled {} datagrams although {} fragmented ones crossed: "
                  "its hooks were not in the path",
                  *reassembled, must));
}

std::string loss_text(const Cell& cell, const EchoEvidence& echo, int mtu) {
  const int lost = echo.lost();
  const auto head = fmt::format("{} of {} echoes lost", lost, echo.sent);
  const auto shape = packet::is_fragmented(echo.size, mtu)
                         ? fmt::format(" ({})", packet::fragments_text(echo.size, mtu))
                         : std::string();
  if (!echo.seen_by_peer) return fmt::format("{}{}, request or reply is not known", head, shape);
  const int requests = std::min(lost, echo.sent - *echo.seen_by_peer);
  const int replies = lost - requests;
  if (replies == 0)
    return fmt::format("{}: the request{} did not reach {}", head, shape, cell.peer());
  if (requests == 0) {
    return fmt::format("{}: the request reached {}, the reply{} did not reach {}", head,
                       cell.peer(), shape, cell.sender());
  }
  return fmt::format("{}{}: {} on the way to {}, {} on the way back", head, shape, requests,
                     cell.peer(), replies);
}

std::string altered_text(const Cell& cell, const EchoEvidence& echo, int count,
                         std::string_view what) {
  const auto where = !echo.seen_by_peer    ? "request or reply is not known"
                     : echo.seen_wrong > 0 ? fmt::format("altered on the way to {}", cell.peer())
                                           : "altered on the way back";
  return fmt::format("{} of {} echoes came back with {}, {}", count, echo.sent, what, where);
}

// The host tried and could not.
std::string reassembly_text(const Cell& cell, const CellEvidence& evidence) {
  if (!cell.claims_reassembly() || evidence.moved("ReasmOKs").value_or(1) > 0) return {};
  return fmt::format("the host reassembled nothing (ReasmFails +{})",
                     evidence.moved("ReasmFails").value_or(0));
}

Judgement judge_traffic(const Cell& cell, const CellEvidence& evidence, const EchoEvidence& echo) {
  std::vector<Judgement> found;
  const auto add = [&](std::string kind, std::string reason) {
    found.push_back({Outcome::failed, std::move(kind), std::move(reason)});
  };
  if (echo.wrong_payload > 0) {
    add("PayloadAltered", altered_text(cell, echo, echo.wrong_payload, "other bytes"));
  }
  if (echo.wrong_length > 0) {
    add("LengthAltered", altered_text(cell, echo, echo.wrong_length, "another length"));
  }
  if (echo.lost() > 0 && !echo.settled && found.empty()) {
    return broken("LinkLost", fmt::format("{} of {} echoes missing, and nothing came through after "
                                          "them: a dead link, or a machine too slow to tell",
                                          echo.lost(), echo.sent));
  }
  if (echo.lost() > 0) add("PacketLoss", loss_text(cell, echo, evidence.mtu));
  if (echo.duplicates > 0) {
    add("Duplicated", fmt::format("{} further copies of {} echoes", echo.duplicates, echo.sent));
  }
  if (found.empty()) return {Outcome::passed};

  auto judgement = found.front();
  for (std::size_t i = 1; i < found.size(); ++i) judgement.reason += "; " + found[i].reason;
  if (!packet::is_fragmented(echo.size, evidence.mtu)) return judgement;
  if (const auto more = reassembly_text(cell, evidence); !more.empty()) {
    judgement.reason += "; " + more;
  }
  return judgement;
}

}  // namespace

std::vector<Judgement> judge(const Cell& cell, const SweepEvidence& evidence) {
  const auto whole = judge_cell(cell, evidence.cell);
  const auto path = whole ? whole : judge_path(cell, evidence);
  std::vector<Judgement> judgements;
  for (const auto& echo : evidence.echoes) {
    auto verdict = whole ? whole : judge_numbers(cell, echo);
    if (!verdict && packet::is_fragmented(echo.size, evidence.cell.mtu)) verdict = path;
    judgements.push_back(verdict ? *verdict : judge_traffic(cell, evidence.cell, echo));
  }
  return judgements;
}

}  // namespace refrag::verdict
