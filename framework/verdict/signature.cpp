// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/signature.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "framework/base/files.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/axes.hpp"

namespace refrag::verdict {

namespace {

Fate fate_of(const CaseRecord& result) {
  if (result.judgement.outcome == Outcome::passed) return Fate::passes;
  return result.judgement.kind == kind::outgrown ? Fate::outgrows : Fate::is_lost;
}

bool proves(const CaseRecord& result) {
  const auto outcome = result.judgement.outcome;
  return result.id.size && (outcome == Outcome::passed || outcome == Outcome::failed);
}

// What outgrows is seen where somebody looks at the packets, and passes elsewhere.
bool agrees(const KnownBug& bug, const CaseRecord& result, int mtu) {
  const auto* const effect = bug.effect_in(result.id.cell);
  const auto seen = fate_of(result);
  const auto expected =
      effect == nullptr ? Fate::passes : effect->fate(result.id.cell, *result.id.size, mtu);
  const bool may_pass = expected == Fate::outgrows || (effect != nullptr && effect->sometimes);
  return seen == expected || (may_pass && seen == Fate::passes);
}

// In every case; and where it is always so, in one cell at least to the byte.
bool fits(const KnownBug& bug, std::span<const CaseRecord* const> cases,
          const std::vector<Edge>& edges, int mtu) {
  const auto agrees_with = [&](const CaseRecord* result) {
    return !proves(*result) || agrees(bug, *result, mtu);
  };
  const auto shows_it = [&](const Edge& edge) {
    const auto* const effect = bug.effect_in(edge.cell);
    const bool is_vague = effect != nullptr && effect->sometimes;
    return is_vague ? !edge.failing.empty() : edge.has_exact_side();
  };
  return std::ranges::all_of(cases, agrees_with) && std::ranges::any_of(edges, shows_it);
}

// The last attempt of each case, in the order of the first.
std::vector<const CaseRecord*> last_attempts(std::span<const CaseRecord> cases) {
  std::map<CaseId, std::size_t> places;
  std::vector<const CaseRecord*> last;
  for (const auto& result : cases) {
    const auto [place, is_new] = places.emplace(result.id, last.size());
    if (is_new) last.push_back(&result);
    auto& current = last[place->second];
    if (result.attempt >= current->attempt) current = &result;
  }
  return last;
}

// By the MTU that it is near to: the endpoints' or the port's.
std::string size_words(const Edge& edge, int size, int mtu) {
  const auto family = family_of(edge.cell);
  const auto by_sender = packet::edge_text(size, sender_mtu(edge.cell, mtu), family);
  const bool is_near = by_sender.find('=') != std::string::npos;
  return is_near ? by_sender : packet::edge_text(size, port_mtu(edge.cell, mtu), family);
}

std::string sizes_text(const std::vector<int>& sizes) {
  constexpr std::size_t most = 8;
  if (sizes.size() <= most) return fmt::format("{}", fmt::join(sizes, ", "));
  return fmt::format("{} and {} more up to {}",
                     fmt::join(sizes.begin(), sizes.begin() + most - 2, ", "),
                     sizes.size() - most + 2, sizes.back());
}

// The same for both directions are one finding.
std::vector<Finding> findings_of(const std::vector<Edge>& edges, int mtu) {
  std::vector<Finding> findings;
  for (const auto& edge : edges) {
    if (edge.failing.empty()) continue;
    Finding finding{edge.cell.text(), edge_words(edge, mtu)};
    auto either = edge.cell;
    either.drop("dir");
    const auto twin = std::find_if(edges.begin(), edges.end(), [&](const Edge& other) {
      auto cell = other.cell;
      cell.drop("dir");
      return other.cell != edge.cell && cell == either;
    });
    if (twin != edges.end() && edge_words(*twin, mtu) == finding.words) {
      finding.where = either.text();
    }
    const auto is_same = [&](const Finding& other) { return other.where == finding.where; };
    if (std::none_of(findings.begin(), findings.end(), is_same)) findings.push_back(finding);
  }
  return findings;
}

std::string findings_text(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : "; ", finding.words, finding.where);
  }
  return text;
}

// The same failure has the same name on every kernel and, near the MTU, at every MTU.
std::string unnamed(std::vector<Finding> findings) {
  std::sort(findings.begin(), findings.end(),
            [](const Finding& a, const Finding& b) { return a.where < b.where; });
  std::string text;
  for (const auto& finding : findings) {
    const auto relative = finding.words.find("= MTU");
    text += finding.where + ' ' +
            (relative == std::string::npos ? finding.words : finding.words.substr(relative)) + '\n';
  }
  return "unnamed-" + base::sha256(text).substr(0, 8);
}

}  // namespace

bool Edge::is_edge() const {
  return !passing.empty() && !failing.empty() && passing.back() < failing.front();
}

bool Edge::has_exact_side() const {
  return std::ranges::any_of(
      failing, [&](int size) { return std::ranges::binary_search(passing, size - 1); });
}

bool Edge::is_exact() const { return is_edge() && passing.back() + 1 == failing.front(); }

std::vector<Edge> edges_of(std::span<const CaseRecord> cases) {
  std::map<std::tuple<std::string, std::string, Cell>, std::size_t> places;
  std::vector<Edge> edges;
  for (const auto* result : last_attempts(cases)) {
    const auto& id = result->id;
    if (!id.size) continue;
    const auto [place, is_new] =
        places.emplace(std::tuple(id.suite, id.name, id.cell), edges.size());
    if (is_new) edges.push_back({id.cell, {}, {}});
    auto& edge = edges[place->second];
    if (result->judgement.outcome == Outcome::passed) edge.passing.push_back(*id.size);
    if (result->judgement.outcome == Outcome::failed) edge.failing.push_back(*id.size);
  }
  for (auto& edge : edges) {
    std::sort(edge.passing.begin(), edge.passing.end());
    std::sort(edge.failing.begin(), edge.failing.end());
  }
  return edges;
}

std::string edge_words(const Edge& edge, int mtu) {
  if (edge.failing.empty()) return {};
  if (edge.passing.empty()) {
    return fmt::format("no payload passes; fails at {}", sizes_text(edge.failing));
  }
  if (edge.is_exact()) {
    return "largest payload that passes: " + size_words(edge, edge.passing.back(), mtu);
  }
  if (edge.is_edge()) {
    return fmt::format("largest payload that passes: {} or more, less than {}", edge.passing.back(),
                       edge.failing.front());
  }
  return fmt::format("no single edge: fails at {}, passes at {}", sizes_text(edge.failing),
                     sizes_text(edge.passing));
}

Signature signature_of(std::span<const CaseRecord> cases, int mtu, const KnownBugs& bugs) {
  const auto edges = edges_of(cases);
  auto findings = findings_of(edges, mtu);
  if (findings.empty()) return {};
  const auto last = last_attempts(cases);
  for (const auto& bug : bugs) {
    if (!fits(bug, last, edges, mtu)) continue;
    auto text = fmt::format("{}: {}", findings.front().words, bug.meaning);
    if (std::all_of(edges.begin(), edges.end(),
                    [&](auto& edge) { return bug.affects(edge.cell); })) {
      text += " (no other cell was run to tell it apart)";
    }
    return {bug.signature, text, std::move(findings)};
  }
  const auto name = unnamed(findings);
  const auto text = findings_text(findings);
  return {name, text, std::move(findings)};
}

}  // namespace refrag::verdict
