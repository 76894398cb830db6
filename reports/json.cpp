// SPDX-License-Identifier: GPL-2.0-or-later
// Written kernel by kernel, so that a large run is never a document in memory.
#include <cmath>
#include <ostream>

#include <nlohmann/json.hpp>

#include "reports/evidence.hpp"
#include "reports/machine.hpp"
#include "reports/tally.hpp"

namespace refrag::reports {

namespace {

using Json = nlohmann::ordered_json;
using verdict::CaseRecord;
using verdict::Outcome;
using verdict::Standing;

std::string text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double rounded(double seconds) {
  return std::isfinite(seconds) ? std::round(seconds * 1000) / 1000 : 0;
}

const char* word_of(Standing standing) {
  if (standing == Standing::expected_failure) return "expected failure";
  return standing == Standing::unexpected_pass ? "unexpected pass" : "as judged";
}

Json json_of(const Tally& tally) {
  Json json = {{"cases", tally.cases()}};
  for (int i = 0; i < 6; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    json[std::string(verdict::to_text(outcome))] = tally.of(outcome);
  }
  json["expected_failures"] = tally.expected_failures;
  json["unexpected_passes"] = tally.unexpected_passes;
  json["violations"] = tally.violations;
  json["flaky"] = tally.flaky;
  json["news"] = tally.news();
  return json;
}

Json json_of(const Folder& folder) {
  const auto& run = folder.run;
  return {{"folder", folder.path.string()},
          {"tool", run.tool},
          {"started", run.started},
          {"machine", run.machine},
          {"testbed", run.testbed},
          {"lab", run.lab},
          {"mtu", run.mtu},
          {"planned", run.planned},
          {"shard", run.shard},
          {"command", run.command}};
}

Json json_of(const verdict::EchoEvidence& echo) {
  Json json = {{"sent", echo.sent},
               {"good", echo.good},
               {"wrong_length", echo.wrong_length},
               {"wrong_payload", echo.wrong_payload},
               {"duplicates", echo.duplicates}};
  if (echo.seen_by_peer) json["seen_by_peer"] = *echo.seen_by_peer;
  if (echo.local_errors > 0) json["local_error"] = echo.local_error;
  return json;
}

// What a pass proves is in the run folder; here it is short, most cases being passes.
Json json_of(const KernelRun& kernel, const CaseRecord& one) {
  Json json = {{"id", one.id.text()}, {"outcome", verdict::to_text(one.judgement.outcome)}};
  const auto standing = kernel.expected.of(one);
  if (standing != Standing::as_judged) json["standing"] = word_of(standing);
  if (!one.judgement.kind.empty()) json["kind"] = one.judgement.kind;
  if (!one.judgement.reason.empty()) json["reason"] = one.judgement.reason;
  json["seconds"] = rounded(one.seconds);
  json["attempt"] = one.attempt;
  if (one.echo && one.judgement.outcome != Outcome::passed) json["echo"] = json_of(*one.echo);
  if (one.judgement.outcome == Outcome::passed) return json;
  if (auto capture = capture_of(kernel, one); !capture.empty()) json["frames"] = capture;
  return json;
}

Json json_of(const verdict::SplatRecord& splat) {
  return {{"where", splat.where},     {"kind", splat.kind},
          {"title", splat.title},     {"fingerprint", splat.fingerprint},
          {"lines", splat.lines},     {"during", splat.during},
          {"ignored", splat.ignored}, {"attempt", splat.attempt}};
}

Json signature_of(const KernelRun& kernel) {
  const auto& signature = kernel.signature;
  if (signature.name.empty()) return nullptr;
  auto findings = Json::array();
  for (const auto& finding : signature.findings) {
    findings.push_back({{"where", finding.where}, {"words", finding.words}});
  }
  return {{"name", signature.name}, {"text", signature.text}, {"findings", findings}};
}

Json json_of(const Run& run, const KernelRun& kernel) {
  const auto tally = tally_of(kernel);
  Json json = {{"name", kernel.name},
               {"label", kernel.kernel.label},
               {"run", kernel.folder},
               {"spec", kernel.kernel.spec},
               {"guest", kernel.kernel.guest},
               {"release", kernel.kernel.release},
               {"version", verdict::version_of(kernel.kernel)},
               {"properties", kernel.kernel.properties},
               {"standing", standing_word(tally)},
               {"tally", json_of(tally)},
               {"signature", signature_of(kernel)},
               {"repeat", repeat_command(run, kernel, nullptr)}};
  for (const auto* list : {"evidence", "phases", "splats", "notes"}) json[list] = Json::array();
  for (const auto& file : evidence_files(run, kernel)) json["evidence"].push_back(file.string());
  for (const auto& phase : kernel.phases) {
    json["phases"].push_back({{"phase", phase.phase},
                              {"at", rounded(phase.at)},
                              {"seconds", rounded(phase.seconds)},
                              {"problem", phase.problem},
                              {"attempt", phase.attempt}});
  }
  for (const auto& splat : kernel.splats) json["splats"].push_back(json_of(splat));
  for (const auto& note : kernel.notes) {
    json["notes"].push_back({{"about", note.about}, {"text", note.text}});
  }
  return json;
}

// A list whose items are made and written one after the other.
template <class List, class Write>
void write_list(std::ostream& out, const List& list, Write&& write) {
  out << '[';
  const char* separator = "\n";
  for (const auto& item : list) {
    out << separator;
    write(item);
    separator = ",\n";
  }
  out << ']';
}

void write_kernel(const Run& run, const KernelRun& kernel, std::ostream& out) {
  auto head = text(json_of(run, kernel));
  head.back() = ',';
  out << head << "\"cases\":";
  write_list(out, kernel.cases, [&](const CaseRecord& one) { out << text(json_of(kernel, one)); });
  out << ",\"other_attempts\":";
  write_list(out, kernel.earlier,
             [&](const CaseRecord& one) { out << text(json_of(kernel, one)); });
  out << '}';
}

}  // namespace

void write_json(const Run& run, std::ostream& out) {
  const auto tally = tally_of(run);
  auto runs = Json::array();
  for (const auto& folder : run.folders) runs.push_back(json_of(folder));
  auto head = text({{"type", "report"},
                    {"schema", report_schema},
                    {"runs", runs},
                    {"tally", json_of(tally)},
                    {"exit_code", exit_code(run)},
                    {"problems", run.problems}});
  head.back() = ',';
  out << head << "\"kernels\":";
  write_list(out, run.kernels, [&](const KernelRun& kernel) { write_kernel(run, kernel, out); });
  out << "}\n";
}

}  // namespace refrag::reports
