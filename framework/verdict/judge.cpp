// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/judge.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/axes.hpp"

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

Judgement knob_not_set(std::string_view knob, std::string_view is, std::string_view when,
                       std::string_view wanted) {
  return broken("KnobNotSet",
                fmt::format("{} {} {} the sweep, this cell needs {}", knob, is, when, wanted));
}

// All of them; what the host does not have is what it comes to. The MTU of the ports where it is an
// axis.
Verdict judge_all_knobs(const Cell& cell, const CellEvidence& evidence, const Knobs& knobs,
                        std::string_view when) {
  for (const auto& [name, wanted] : knobs_of(cell, evidence.mtu)) {
    if (name == knob::mtu && cell.at("port").empty()) continue;
    const auto found = knobs.find(name);
    const auto value = found == knobs.end() ? std::string(value_without(name)) : found->second;
    if (value == wanted) continue;
    const auto is = found == knobs.end() ? "is not there" : "is " + value;
    return knob_not_set(name, is, when, wanted);
  }
  return std::nullopt;
}

Verdict judge_knobs(const Cell& cell, const CellEvidence& evidence, const Knobs& knobs,
                    std::string_view when) {
  if (evidence.strict) return judge_all_knobs(cell, evidence, knobs, when);
  for (const auto& claim : claims) {
    if (claim.nf != cell.at("nf") || (claim.tagged_only && !cell.is_tagged())) continue;
    const auto found = knobs.find(claim.knob);
    if (found != knobs.end() && found->second == claim.value) continue;
    const auto is = found == knobs.end() ? "could not be read" : "is " + found->second;
    return knob_not_set(claim.knob, is, when, claim.value);
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
  if (auto verdict = judge_knobs(cell, evidence, evidence.knobs_before, "before")) return verdict;
  if (!evidence.link_problem.empty()) return broken("LinkNotReady", evidence.link_problem);
  if (auto verdict = judge_knobs(cell, evidence, evidence.knobs_after, "after")) return verdict;
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

bool is_cut(const Cell& cell, const EchoEvidence& echo, int mtu) {
  return packet::is_fragmented(echo.size, mtu, family_of(cell));
}

// Datagrams that crossed the bridge for certain, both ways, and the packets of all that entered it,
// what was lost inside included.
struct Crossed {
  std::int64_t all = 0;
  std::int64_t fragmented = 0;
  std::int64_t entered = 0;
  bool has_fragments = false;
};

Crossed crossed(const Cell& cell, const SweepEvidence& evidence) {
  Crossed sum;
  for (const auto& echo : evidence.echoes) {
    const auto pieces =
        packet::fragment_lengths(echo.size, evidence.cell.mtu, family_of(cell)).size();
    const int requests = std::max(echo.seen_by_peer.value_or(0), echo.answered());
    sum.all += requests + echo.answered();
    sum.entered += (echo.sent + requests) * static_cast<std::int64_t>(pieces);
    sum.has_fragments |= pieces > 1;
    if (pieces > 1) sum.fragmented += requests + echo.answered();
  }
  return sum;
}

Verdict judge_reassembly(const Cell& cell, const SweepEvidence& evidence) {
  const auto reassembled = evidence.cell.moved("ReasmOKs");
  if (!reassembled) return broken("CountersNotRead", "the host's ReasmOKs could not be read");
  if (!cell.claims_reassembly()) {
    const bool is_mixed = axis_value(cell, "beside") != "none";
    if (*reassembled == 0 || is_mixed || reassembly_of(cell) == Reassembly::unknown) {
      return std::nullopt;
    }
    return broken("KnobWithoutEffect",
                  fmt::format("the host reassembled {} datagrams with {}", *reassembled,
                              is_hooked(cell) ? "no rule that asks for it" : "the hooks off"));
  }
  const auto must = crossed(cell, evidence).fragmented;
  if (*reassembled >= must) return std::nullopt;
  return broken(
      "PathNotExercised",
      fmt::format("the host reassembled {} datagrams although {} fragmented ones crossed: "
                  "its hooks were not in the path",
                  *reassembled, must));
}

// They see all that crosses, whatever the hooks show to others.
bool has_bridge_rules(const Cell& cell) { return axis_value(cell, "rules") == "bridge-conntrack"; }

// What the forward chain of the cell's own rules has counted.
std::optional<std::int64_t> forwarded(const Cell& cell, const CellEvidence& evidence) {
  if (has_bridge_rules(cell)) return evidence.moved("Forward.bridge");
  const bool is_ipv6 = family_of(cell) == packet::Family::ipv6;
  return evidence.moved(is_ipv6 ? "Forward.ip6" : "Forward.ip");
}

// Whether the rules saw what crossed, and of IPv6 whether they saw it whole: its reassembly has no
// counter there. Fragments that nobody put together are at least as many packets as were sent.
Verdict judge_forwarding(const Cell& cell, const SweepEvidence& evidence) {
  const auto passed = crossed(cell, evidence);
  const auto seen = forwarded(cell, evidence.cell);
  const bool is_ipv6 = family_of(cell) == packet::Family::ipv6;
  if (axis_value(cell, "rules") == "none") return std::nullopt;
  if (!seen) {
    if (!is_ipv6) return std::nullopt;
    return broken("CountersNotRead", "the counter of the host's rules could not be read");
  }
  const bool is_in_path = is_hooked(cell) || has_bridge_rules(cell);
  if (!is_in_path) {
    const bool is_mixed = axis_value(cell, "beside") != "none";
    if (*seen == 0 || is_mixed) return std::nullopt;
    return broken("KnobWithoutEffect",
                  fmt::format("the host's rules saw {} packets with the hooks off", *seen));
  }
  if (*seen < passed.all) {
    return broken("PathNotExercised",
                  fmt::format("the host's rules saw {} packets although {} datagrams crossed: its "
                              "hooks were not in the path",
                              *seen, passed.all));
  }
  if (is_ipv6 && cell.claims_reassembly() && passed.has_fragments && *seen >= passed.entered) {
    return broken("PathNotExercised",
                  fmt::format("the host's rules saw {} packets where {} datagrams crossed: nothing "
                              "was reassembled",
                              *seen, passed.all));
  }
  return std::nullopt;
}

Verdict judge_path(const Cell& cell, const SweepEvidence& evidence) {
  if (cell.at("nf").empty()) return std::nullopt;
  if (evidence.cell.strict) {
    if (auto verdict = judge_forwarding(cell, evidence)) return verdict;
    if (family_of(cell) == packet::Family::ipv6) return std::nullopt;
  }
  return judge_reassembly(cell, evidence);
}

bool drops_all(const Cell& cell) { return axis_value(cell, "rules") == "drop" && is_hooked(cell); }

// Of a cell whose rules drop all that is forwarded.
Judgement judge_dropping(const Cell& cell, const CellEvidence& evidence, const EchoEvidence& echo) {
  const int crossing = std::max(echo.seen_by_peer.value_or(0), echo.answered());
  if (crossing > 0) {
    return broken("KnobWithoutEffect",
                  fmt::format("{} of {} requests crossed although the rules drop all that is "
                              "forwarded",
                              crossing, echo.sent));
  }
  if (forwarded(cell, evidence).value_or(1) > 0) return {Outcome::passed};
  return broken("PathNotExercised",
                "nothing crossed, but the rules that drop all that is forwarded saw no packet");
}

std::string loss_text(const Cell& cell, const EchoEvidence& echo, int mtu) {
  const int lost = echo.lost();
  const auto head = fmt::format("{} of {} echoes lost", lost, echo.sent);
  const auto shape =
      is_cut(cell, echo, mtu)
          ? fmt::format(" ({})", packet::fragments_text(echo.size, mtu, family_of(cell)))
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

std::string outgrown_text(const Cell& cell, const EchoEvidence& echo, int mtu) {
  return fmt::format(
      "{} requests and replies arrived in a packet longer than any of {} that they "
      "were sent in",
      echo.outgrown > 0 ? echo.outgrown : echo.outgrown_at_ports,
      packet::fragments_text(echo.size, mtu, family_of(cell)));
}

// The host tried and could not.
std::string reassembly_text(const Cell& cell, const CellEvidence& evidence) {
  if (family_of(cell) == packet::Family::ipv6 || !cell.claims_reassembly() ||
      evidence.moved("ReasmOKs").value_or(1) > 0)
    return {};
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
  if (evidence.strict && (echo.outgrown > 0 || echo.outgrown_at_ports > 0)) {
    add(std::string(kind::outgrown), outgrown_text(cell, echo, evidence.mtu));
  }
  if (found.empty()) return {Outcome::passed};

  auto judgement = found.front();
  for (std::size_t i = 1; i < found.size(); ++i) judgement.reason += "; " + found[i].reason;
  if (!is_cut(cell, echo, evidence.mtu)) return judgement;
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
    if (!verdict && drops_all(cell)) verdict = judge_dropping(cell, evidence.cell, echo);
    if (!verdict && is_cut(cell, echo, evidence.cell.mtu)) verdict = path;
    judgements.push_back(verdict ? *verdict : judge_traffic(cell, evidence.cell, echo));
  }
  return judgements;
}

bool are_broken(const std::vector<Judgement>& judgements) {
  return std::ranges::all_of(
      judgements, [](const Judgement& judgement) { return judgement.outcome == Outcome::broken; });
}

}  // namespace refrag::verdict
