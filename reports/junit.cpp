// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/junit.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <ctime>
#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "framework/base/text.hpp"
#include "framework/verdict/signature.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

namespace {

using pugi::xml_node;
using verdict::CaseRecord;
using verdict::Outcome;

constexpr std::size_t message_limit = 4u << 10;
constexpr std::size_t body_limit = 64u << 10;     // of one case
constexpr std::size_t stream_limit = 512u << 10;  // of system-out and of system-err
constexpr const char* no_time = "1970-01-01T00:00:00";

// One suite on one kernel.
struct Suite {
  const Run& run;
  const KernelRun& kernel;
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

bool is_timestamp(const std::string& text) {
  std::tm time = {};
  const auto* const end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  if (end == nullptr || *end != '\0' || text.size() != std::strlen(no_time)) return false;
  const std::chrono::year_month_day date(std::chrono::year(time.tm_year + 1900),
                                         std::chrono::month(time.tm_mon + 1),
                                         std::chrono::day(time.tm_mday));
  return date.ok() && time.tm_sec < 60;
}

// ---- cases

const char* element_of(Outcome outcome) {
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

// GitLab's parser acts on types such as "yaml" or "file": ours are one CamelCase word.
std::string type_of(const verdict::Judgement& judgement) {
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

std::string message_of(const CaseRecord& result) {
  const auto& [outcome, kind, reason] = result.judgement;
  if (!reason.empty()) return reason;
  return kind.empty() ? std::string(verdict::to_text(outcome)) : kind;
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

std::string repeat_text(const Suite& suite, const verdict::CaseId& id) {
  auto select = id.cell.text();
  if (id.size) select += fmt::format("{}size={}", select.empty() ? "" : ",", *id.size);
  const auto& spec = suite.kernel.kernel.spec;
  if (select.empty() || spec.empty()) return {};
  return fmt::format("repeat: refrag run --kernel {} --suite {} --select {}\n",
                     base::shell_quote(spec), id.suite, base::shell_quote(select));
}

void add_case(xml_node parent, const Suite& suite, const CaseRecord& result) {
  auto node = parent.append_child("testcase");
  attribute(node, "classname", suite.class_name);
  attribute(node, "name", result.id.text());
  attribute(node, "time", seconds_text(result.seconds));
  const auto* const element = element_of(result.judgement.outcome);
  if (element == nullptr) return;
  const auto message = one_line(cut_middle(one_line(message_of(result)), message_limit));
  auto detail = node.append_child(element);
  attribute(detail, "message", message);
  if (result.judgement.outcome == Outcome::skipped) return text(detail, message);
  attribute(detail, "type", type_of(result.judgement));
  const auto evidence = result.echo ? echo_text(*result.echo) : std::string();
  const auto body = fmt::format("{}\n{}{}", message, evidence, repeat_text(suite, result.id));
  text(detail, cut_middle(xml_text(body), body_limit));
}

// ---- a suite

std::string out_text(const Suite& suite) {
  std::string text;
  const auto signature = verdict::signature_of(suite.kernel.cases, suite.run.run.mtu);
  if (!signature.name.empty()) text += fmt::format("{}: {}\n", signature.name, signature.text);
  for (const auto& phase : suite.kernel.phases) {
    text += fmt::format("{:7.1f} s  {}, {:.1f} s{}{}\n", phase.at, phase.phase, phase.seconds,
                        phase.problem.empty() ? "" : ": ", phase.problem);
  }
  for (const auto& result : suite.kernel.earlier) {
    if (result.id.suite != suite.name) continue;
    text += fmt::format("attempt {} of {}: {}: {}\n", result.attempt, result.id.text(),
                        verdict::to_text(result.judgement.outcome), message_of(result));
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
  const auto& run = suite.run.run;
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
    if (const auto* element = element_of(result.judgement.outcome)) ++counts[element];
  }
  auto node = parent.append_child("testsuite");
  const auto& run = suite.run.run;
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
  return out.str();
}

}  // namespace

std::vector<JUnitFile> junit(const Run& run) {
  std::vector<std::string> labels;
  for (const auto& kernel : run.kernels) labels.push_back(kernel.kernel.label);
  const auto file_names = plain_names(labels, "-_.+");
  const auto class_names = plain_names(labels, "-_");
  std::vector<JUnitFile> files;
  for (std::size_t i = 0; i < run.kernels.size(); ++i) {
    const auto suites = run.kernels[i].suites();
    const auto suite_names = plain_names(suites, "-_");
    const auto package = "refrag.linux-" + class_names[i];
    for (std::size_t j = 0; j < suites.size(); ++j) {
      const Suite suite{run, run.kernels[i], suites[j], package, package + '.' + suite_names[j]};
      files.push_back({fmt::format("{}.{}.xml", file_names[i], suite_names[j]), xml_of(suite)});
    }
  }
  return files;
}

std::vector<base::fs::path> write_junit(const Run& run, const base::fs::path& folder) {
  base::make_folder(folder);
  std::vector<base::fs::path> paths;
  for (const auto& file : junit(run)) {
    paths.push_back(folder / file.name);
    base::write_file(paths.back(), file.xml);
  }
  return paths;
}

}  // namespace refrag::reports
