// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/junit.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pugixml.hpp>

#include "framework/base/text.hpp"
#include "reports/evidence.hpp"
#include "reports/findings.hpp"
#include "reports/text.hpp"
#include "reports/whole_file.hpp"

namespace refrag::reports {

namespace {

using pugi::xml_node;
using verdict::CaseRecord;
using verdict::Outcome;
using verdict::Standing;

constexpr std::size_t message_limit = 4u << 10;
constexpr std::size_t body_limit = 64u << 10;     // of one case
constexpr std::size_t stream_limit = 512u << 10;  // of system-out and of system-err
constexpr const char* no_time = "1970-01-01T00:00:00";

// One suite on one kernel.
struct Suite {
  const Run& run;
  const KernelRun& kernel;
  Dialect dialect;
  const std::vector<base::fs::path>& evidence;
  std::string name;
  std::string package;     // "refrag.linux-6_1_0-42-amd64": readers split at dots
  std::string class_name;  // the package's and the suite's
};

// ---- pugixml writes what it is given; everything goes through xml_text first

void attribute(xml_node node, const char* name, std::string_view value) {
  node.append_attribute(name).set_value(one_line(value).c_str());
}

void text(xml_node node, std::string_view value) {
  if (!value.empty()) node.append_child(pugi::node_pcdata).set_value(xml_text(value).c_str());
}

void property(xml_node properties, std::string_view name, std::string_view value) {
  auto node = properties.append_child("property");
  attribute(node, "name", name);
  attribute(node, "value", cut_middle(value, body_limit));
}

std::string seconds_text(double seconds) {
  return fmt::format("{:.3f}", std::isfinite(seconds) ? std::max(0.0, seconds) : 0.0);
}

// ---- cases

const char* element_of(Outcome outcome, Standing standing) {
  if (standing == Standing::expected_failure) return "skipped";
  if (standing == Standing::unexpected_pass) return "failure";
  switch (outcome) {
    case Outcome::passed:
      return nullptr;
    case Outcome::skipped:
      return "skipped";
    case Outcome::broken:
      return "error";
    default:
      return "failure";
  }
}

const char* element_of(const Suite& suite, const CaseRecord& result) {
  return element_of(result.judgement.outcome, suite.kernel.expected.of(result));
}

// GitLab's parser acts on types such as "yaml" or "file": ours are one CamelCase word.
std::string type_of(const verdict::Judgement& judgement, Standing standing) {
  if (standing == Standing::unexpected_pass) return "UnexpectedPass";
  const auto& kind = judgement.kind;
  const auto is_word = [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; };
  if (!kind.empty() && kind[0] >= 'A' && kind[0] <= 'Z' &&
      std::all_of(kind.begin(), kind.end(), is_word)) {
    return kind;
  }
  auto word = std::string(verdict::to_text(judgement.outcome));
  word[0] = static_cast<char>(word[0] - 'a' + 'A');
  return word;
}

std::string judged_text(const CaseRecord& result) {
  const auto& [outcome, kind, reason] = result.judgement;
  if (!reason.empty()) return reason;
  return kind.empty() ? std::string(verdict::to_text(outcome)) : kind;
}

// A known bug is named first, then what was seen of it.
std::string message_of(const KernelRun& kernel, const CaseRecord& result) {
  const auto known = kernel.expected.reason(kernel.expected.of(result));
  return known.empty() ? judged_text(result) : fmt::format("{}: {}", known, judged_text(result));
}

std::string echo_text(const verdict::EchoEvidence& echo) {
  auto text = fmt::format(
      "sent {}, answered rightly {}, with another length {}, with other bytes {}, further copies "
      "{}, requests that reached the peer {}\n",
      echo.sent, echo.good, echo.wrong_length, echo.wrong_payload, echo.duplicates,
      echo.seen_by_peer ? std::to_string(*echo.seen_by_peer) : "not known");
  if (echo.local_errors > 0) {
    text += fmt::format("refused by the sender's own stack {}: {}\n", echo.local_errors,
                        echo.local_error);
  }
  return text;
}

// The lines of the log that a splat's case stands for, or the frames of a violation's.
std::string log_text(const KernelRun& kernel, const CaseRecord& result) {
  if (const auto* seen = violation_of(kernel, result.id)) {
    return fmt::format("{}\n", fmt::join(seen->lines, "\n"));
  }
  if (result.id.suite != kernel_log) return {};
  const auto* const splat = splat_of(kernel, result.id);
  return splat == nullptr ? "" : fmt::format("{}\n", fmt::join(splat->lines, "\n"));
}

std::string body_of(const Suite& suite, const CaseRecord& result, const std::string& message) {
  const auto line = [](const char* about, const std::string& what) {
    return what.empty() ? std::string() : fmt::format("{}: {}\n", about, what);
  };
  return fmt::format("{}\n{}{}{}{}", message, result.echo ? echo_text(*result.echo) : std::string(),
                     log_text(suite.kernel, result),
                     line("frames", one_line(capture_of(suite.kernel, result))),
                     line("repeat", repeat_command(suite.run, suite.kernel, &result.id)));
}

void add_detail(xml_node node, const Suite& suite, const CaseRecord& result, const char* element) {
  const auto message =
      one_line(cut_middle(one_line(message_of(suite.kernel, result)), message_limit));
  auto detail = node.append_child(element);
  attribute(detail, "message", message);
  if (element == std::string_view("skipped")) return text(detail, message);
  attribute(detail, "type", type_of(result.judgement, suite.kernel.expected.of(result)));
  text(detail, cut_middle(xml_text(body_of(suite, result, message)), body_limit));
}

// Its frames, or what a console said.
base::fs::path best_evidence(const Suite& suite, const CaseRecord& result) {
  const auto capture = capture_of(suite.kernel, result);
  const auto& folder = suite.run.folders.at(suite.kernel.folder).path;
  if (!capture.empty() && !folder.empty()) return folder / capture;
  return suite.evidence.empty() ? base::fs::path() : suite.evidence.front();
}

// What only some readers know: the axes as properties, the other attempts, and where the evidence
// is (one attachment a case: Jenkins takes the last).
void add_rich(xml_node node, const Suite& suite, const CaseRecord& result) {
  auto properties = node.prepend_child("properties");
  for (const auto& [axis, value] : result.id.cell.values()) property(properties, axis, value);
  if (result.id.size) property(properties, "size", std::to_string(*result.id.size));
  property(properties, "outcome", verdict::to_text(result.judgement.outcome));
  for (const auto& other : suite.kernel.earlier) {
    if (other.id != result.id || !verdict::is_finding(other.judgement.outcome)) continue;
    const bool failed = verdict::is_finding(result.judgement.outcome);
    auto attempt = node.append_child(failed ? "rerunFailure" : "flakyFailure");
    attribute(attempt, "message", one_line(cut_middle(judged_text(other), message_limit)));
    attribute(attempt, "type", type_of(other.judgement, Standing::as_judged));
  }
  if (result.judgement.outcome == Outcome::passed) return;
  if (const auto file = best_evidence(suite, result); !file.empty()) {
    text(node.append_child("system-out"),
         fmt::format("[[ATTACHMENT|{}]]", base::fs::absolute(file).string()));
  }
}

void add_case(xml_node parent, const Suite& suite, const CaseRecord& result) {
  auto node = parent.append_child("testcase");
  attribute(node, "classname", suite.class_name);
  attribute(node, "name", result.id.text());
  attribute(node, "time", seconds_text(result.seconds));
  if (const auto* const element = element_of(suite, result)) {
    add_detail(node, suite, result, element);
  }
  if (suite.dialect == Dialect::rich) add_rich(node, suite, result);
}

// ---- a suite

std::string out_text(const Suite& suite) {
  std::string text;
  const auto& signature = suite.kernel.signature;
  if (!signature.name.empty()) text += fmt::format("{}: {}\n", signature.name, signature.text);
  for (const auto& phase : suite.kernel.phases) {
    text += fmt::format("{:7.1f} s  {}, {:.1f} s{}{}\n", phase.at, phase.phase, phase.seconds,
                        phase.problem.empty() ? "" : ": ", phase.problem);
  }
  for (const auto& result : suite.kernel.earlier) {
    if (result.id.suite != suite.name) continue;
    text += fmt::format("attempt {} of {}: {}: {}\n", result.attempt, result.id.text(),
                        verdict::to_text(result.judgement.outcome), judged_text(result));
  }
  return text;
}

std::string error_text(const Suite& suite) {
  std::string text;
  for (const auto& problem : suite.run.problems) text += "results.jsonl: " + problem + '\n';
  for (const auto& note : suite.kernel.notes) text += note.about + ":\n" + note.text + '\n';
  return text;
}

void add_properties(xml_node parent, const Suite& suite) {
  auto properties = parent.append_child("properties");
  const auto& run = suite.run.run_of(suite.kernel);
  const auto& kernel = suite.kernel.kernel;
  property(properties, "kernel.label", kernel.label);
  property(properties, "kernel.spec", kernel.spec);
  property(properties, "kernel.release", kernel.release);
  property(properties, "testbed", run.testbed);
  property(properties, "lab", run.lab);
  property(properties, "mtu", std::to_string(run.mtu));
  property(properties, "tool", run.tool);
  for (const auto& [name, value] : kernel.properties) property(properties, name, value);
}

void add_suite(xml_node parent, const Suite& suite) {
  std::map<std::string_view, int> counts;
  double seconds = 0;
  int tests = 0;
  for (const auto& result : suite.kernel.cases) {
    if (result.id.suite != suite.name) continue;
    ++tests;
    seconds += std::isfinite(result.seconds) ? std::max(0.0, result.seconds) : 0.0;
    if (const auto* element = element_of(suite, result)) ++counts[element];
  }
  auto node = parent.append_child("testsuite");
  const auto& run = suite.run.run_of(suite.kernel);
  attribute(node, "id", "0");
  attribute(node, "name", suite.name);
  attribute(node, "package", suite.package);
  attribute(node, "hostname", run.machine.empty() ? "localhost" : run.machine);
  attribute(node, "timestamp", is_timestamp(run.started) ? run.started : no_time);
  attribute(node, "tests", std::to_string(tests));
  attribute(node, "failures", std::to_string(counts["failure"]));
  attribute(node, "errors", std::to_string(counts["error"]));
  attribute(node, "skipped", std::to_string(counts["skipped"]));
  attribute(node, "time", seconds_text(seconds));
  add_properties(node, suite);
  for (const auto& result : suite.kernel.cases) {
    if (result.id.suite == suite.name) add_case(node, suite, result);
  }
  text(node.append_child("system-out"), cut_middle(xml_text(out_text(suite)), stream_limit));
  text(node.append_child("system-err"), cut_middle(xml_text(error_text(suite)), stream_limit));
}

std::string xml_of(const Suite& suite) {
  pugi::xml_document document;
  auto declaration = document.append_child(pugi::node_declaration);
  declaration.append_attribute("version") = "1.0";
  declaration.append_attribute("encoding") = "UTF-8";
  add_suite(document.append_child("testsuites"), suite);
  std::ostringstream out;
  document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
  return ascii_xml(out.str());
}

}  // namespace

void junit(const Run& run, Dialect dialect, const std::function<void(JUnitFile)>& take) {
  std::vector<std::string> labels;
  for (const auto& kernel : run.kernels) labels.push_back(kernel.name);
  const auto file_names = plain_names(labels, "-_.+");
  const auto class_names = plain_names(labels, "-_");
  for (std::size_t i = 0; i < run.kernels.size(); ++i) {
    const auto& kernel = run.kernels[i];
    const auto suites = kernel.suites();
    const auto evidence = evidence_files(run, kernel);
    const auto suite_names = plain_names(suites, "-_");
    const auto package = "refrag.linux-" + class_names[i];
    for (std::size_t j = 0; j < suites.size(); ++j) {
      const Suite suite{
          run, kernel, dialect, evidence, suites[j], package, package + '.' + suite_names[j]};
      take({fmt::format("{}.{}.xml", file_names[i], suite_names[j]), xml_of(suite)});
    }
  }
}

std::vector<JUnitFile> junit(const Run& run, Dialect dialect) {
  std::vector<JUnitFile> files;
  junit(run, dialect, [&](JUnitFile file) { files.push_back(std::move(file)); });
  return files;
}

std::vector<base::fs::path> write_junit(const Run& run, const base::fs::path& folder,
                                        Dialect dialect) {
  base::make_folder(folder);
  std::vector<base::fs::path> paths;
  junit(run, dialect, [&](const JUnitFile& file) {
    paths.push_back(folder / file.name);
    write_whole(paths.back(), [&](std::ostream& out) { out << file.xml; });
  });
  return paths;
}

}  // namespace refrag::reports
