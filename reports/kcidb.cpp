// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel becomes a checkout (of which only the name is known) and a build, a case a test. The
// origin is "refrag"; a system that submits replaces it by its own.
#include <cmath>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/files.hpp"
#include "reports/evidence.hpp"
#include "reports/machine.hpp"
#include "reports/text.hpp"

namespace refrag::reports {

namespace {

using Json = nlohmann::ordered_json;
using verdict::CaseRecord;
using verdict::Outcome;

constexpr const char* origin = "refrag";

std::string id_of(const std::string& rest) {
  return fmt::format("{}:{}", origin, base::sha256(rest).substr(0, 32));
}

// Dotted segments of letters, digits, '-' and '_'; axes and size are nodes of their own.
std::string path_of(const verdict::CaseId& id) {
  std::vector<std::string> segments = {id.suite, id.name};
  for (const auto& [axis, value] : id.cell.values()) segments.push_back(axis + '-' + value);
  if (id.size) segments.push_back(fmt::format("size-{}", *id.size));
  std::string path = origin;
  for (const auto& segment : segments) path += '.' + plain_names({segment}, "-_").front();
  return path;
}

// What never ran says MISS, what ran and proved nothing ERROR.
const char* status_of(const CaseRecord& one) {
  switch (one.judgement.outcome) {
    case Outcome::passed:
      return "PASS";
    case Outcome::skipped:
      return "SKIP";
    case Outcome::broken:
      return one.echo ? "ERROR" : "MISS";
    default:
      return "FAIL";
  }
}

Json test_of(const Run& run, const KernelRun& kernel, const std::string& build,
             const CaseRecord& one) {
  const auto& record = run.run_of(kernel);
  Json test = {{"id", id_of(record.started + record.machine + one.id.text())},
               {"origin", origin},
               {"build_id", build},
               {"path", path_of(one.id)},
               {"status", status_of(one)},
               {"comment", one_line(one.id.text())},
               {"duration", std::isfinite(one.seconds) ? one.seconds : 0.0},
               {"environment", {{"comment", fmt::format("{} on {}", record.testbed, record.lab)}}}};
  if (is_timestamp(record.started)) test["start_time"] = record.started + "+00:00";
  if (!one.judgement.reason.empty()) {
    test["log_excerpt"] = cut_middle(xml_text(one.judgement.reason), 16000);
  }
  Json misc = {{"outcome", verdict::to_text(one.judgement.outcome)}};
  if (!one.judgement.kind.empty()) misc["kind"] = one.judgement.kind;
  const auto known = kernel.expected.reason(kernel.expected.of(one));
  if (!known.empty()) misc["known_bug"] = known;
  test["misc"] = misc;
  return test;
}

}  // namespace

void write_kcidb(const Run& run, std::ostream& out) {
  const auto text = [](const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
  };
  auto checkouts = Json::array();
  auto builds = Json::array();
  std::vector<std::string> build_ids;
  for (const auto& kernel : run.kernels) {
    const auto name = run.run_of(kernel).started + kernel.kernel.label + kernel.kernel.spec;
    const auto checkout = id_of("checkout" + name);
    build_ids.push_back(id_of("build" + name));
    checkouts.push_back({{"id", checkout},
                         {"origin", origin},
                         {"comment", one_line(verdict::version_of(kernel.kernel))}});
    builds.push_back({{"id", build_ids.back()},
                      {"origin", origin},
                      {"checkout_id", checkout},
                      {"architecture", "x86_64"},
                      {"comment", one_line(kernel.kernel.spec)},
                      {"misc", kernel.kernel.properties}});
  }
  auto head = text(
      {{"version", {{"major", 5}, {"minor", 3}}}, {"checkouts", checkouts}, {"builds", builds}});
  head.back() = ',';
  out << head << "\"tests\":[";
  const char* separator = "\n";
  for (std::size_t i = 0; i < run.kernels.size(); ++i) {
    for (const auto& one : run.kernels[i].cases) {
      out << separator << text(test_of(run, run.kernels[i], build_ids[i], one));
      separator = ",\n";
    }
  }
  out << "]}\n";
}

}  // namespace refrag::reports
