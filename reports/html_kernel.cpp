// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/html_kernel.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/verdict/attempts.hpp"
#include "reports/evidence.hpp"
#include "reports/html_text.hpp"
#include "reports/tally.hpp"

namespace refrag::reports {

namespace {

using verdict::CaseRecord;
using verdict::Outcome;

std::string pair_text(std::string_view name, std::string_view value) {
  if (value.empty()) return {};
  return fmt::format("<dt>{}</dt><dd>{}</dd>", html(name), html_line(value));
}

std::string facts_text(const KernelPage& page) {
  const auto& kernel = page.kernel.kernel;
  auto text = "<dl>" + pair_text("release", kernel.release) + pair_text("spec", kernel.spec) +
              pair_text("guest kernel", kernel.guest);
  for (const auto& [name, value] : kernel.properties) text += pair_text(name, value);
  const auto repeat = repeat_command(page.run, page.kernel, nullptr);
  if (!repeat.empty()) {
    text += fmt::format("<dt>run it again</dt><dd><code>{}</code></dd>", html(repeat));
  }
  return text + "</dl>\n";
}

std::string signature_text(const KernelRun& kernel) {
  const auto& signature = kernel.signature;
  if (signature.name.empty()) return {};
  auto text = fmt::format("<p><strong>{}</strong>: {}</p>\n", html(signature.name),
                          html_line(signature.text));
  if (kernel.expected.has) {
    text += fmt::format("<p>{}</p>\n",
                        html(kernel.expected.reason(verdict::Standing::expected_failure)));
  }
  return text;
}

// ---- strips

// An edge is marked where passing ends.
std::string strip_text(const Field& field) {
  std::string text;
  const Stretch* before = nullptr;
  for (const auto& stretch : field.strip) {
    if (before != nullptr && before->look.style == "passed" && stretch.look.style != "passed") {
      text += fmt::format("<span class=edge>edge {}|{}</span>", before->sizes.back(),
                          stretch.sizes.front());
    }
    text += fmt::format("<span class=\"sizes {}\">{} {}: {}</span> ", stretch.look.style,
                        stretch.look.sign, stretch.look.word, fmt::join(stretch.sizes, " "));
    before = &stretch;
  }
  return text.empty() ? tag(field.look) : text;
}

std::string strips_text(const KernelPage& page) {
  std::string rows;
  for (std::size_t i = 0; i < page.columns.size(); ++i) {
    const auto field = page.fields.find(page.columns[i]);
    if (field == page.fields.end()) continue;
    rows +=
        fmt::format("<tr id={}-c{} tabindex=-1><th scope=row>{}</th><td class=strip>{}</td></tr>\n",
                    page.id, i, html_line(column_text(page.columns[i])), strip_text(field->second));
  }
  if (rows.empty()) return {};
  return fmt::format(
      "<table class=stack><caption>Bytes of payload at MTU {}</caption><thead><tr><th "
      "scope=col>cell"
      "</th><th scope=col>sizes</th></tr></thead><tbody>\n{}</tbody></table>\n",
      page.kernel.expected.mtu, rows);
}

// ---- failures: cases with the same reason in one row

std::string link_to(const base::fs::path& target, const base::fs::path& from) {
  std::error_code error;
  const auto relative = base::fs::relative(target, from, error);
  std::string link;
  for (const char c : (error ? target : relative).generic_string()) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') ||
                          std::string_view("-_.~/").find(c) != std::string_view::npos;
    link += is_plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return link;
}

// A link to the first's frames.
std::string frames_text(const KernelPage& page, const CaseRecord& first) {
  const auto capture = capture_of(page.kernel, first);
  const auto& folder = page.run.folders.at(page.kernel.folder).path;
  if (capture.empty() || folder.empty()) return {};
  return fmt::format("<br><a href=\"{}\">frames</a>", link_to(folder / capture, page.folder));
}

std::string places_text(const std::vector<const CaseRecord*>& cases) {
  std::vector<Column> order;
  std::map<Column, std::vector<int>> sizes;
  for (const auto* one : cases) {
    const auto [place, is_new] = sizes.emplace(column_of(one->id), std::vector<int>());
    if (is_new) order.push_back(place->first);
    if (one->id.size) place->second.push_back(*one->id.size);
  }
  std::string text;
  for (const auto& column : order) {
    const auto& list = sizes[column];
    text += fmt::format("{}{}{}{}", text.empty() ? "" : "<br>", html_line(column_text(column)),
                        list.empty() ? "" : ", size ", fmt::join(list, " "));
  }
  return text;
}

std::string failure_row(const KernelPage& page, const std::vector<const CaseRecord*>& cases) {
  const auto& first = *cases.front();
  const auto standing = page.kernel.expected.of(first);
  auto reason = html_line(first.judgement.reason);
  if (standing != verdict::Standing::as_judged) {
    reason = html(page.kernel.expected.reason(standing)) + (reason.empty() ? "" : "; " + reason);
  }
  const auto repeat = repeat_command(page.run, page.kernel, &first.id);
  return fmt::format(
      "<tr><td>{}<br><span class=word>{}</span></td><td>{}</td><td>{}{}{}</td></tr>\n",
      tag(look_of(page.kernel, first)), html_line(first.judgement.kind, 32), places_text(cases),
      reason, repeat.empty() ? "" : fmt::format("<br><code>{}</code>", html(repeat)),
      frames_text(page, first));
}

std::string failures_text(const KernelPage& page) {
  std::vector<std::vector<const CaseRecord*>> groups;
  std::map<std::tuple<verdict::Standing, Outcome, std::string, std::string>, std::size_t> places;
  for (const auto& one : page.kernel.cases) {
    const auto standing = page.kernel.expected.of(one);
    const auto& [outcome, kind, reason] = one.judgement;
    if (outcome == Outcome::passed && standing == verdict::Standing::as_judged) continue;
    const auto [place, is_new] =
        places.emplace(std::tuple(standing, outcome, kind, reason), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&one);
  }
  if (groups.empty()) return {};
  std::string text =
      "<h4>What did not pass</h4><table class=stack><thead><tr><th scope=col>result</th><th "
      "scope=col>"
      "where</th><th scope=col>reason, the command that repeats the first, "
      "and its frames</th></tr></thead><tbody>\n";
  for (const auto& group : groups) text += failure_row(page, group);
  return text + "</tbody></table>\n";
}

std::string attempts_text(const KernelRun& kernel) {
  const auto flaky = flaky_cases(kernel);
  if (flaky.empty()) return {};
  std::string rows;
  for (const auto& other : kernel.earlier) {
    if (!flaky.contains(other.id)) continue;
    rows +=
        fmt::format("<li>{}: attempt {} {}: {}</li>\n", html_line(other.id.text()), other.attempt,
                    tag(look_of(kernel, other)), html_line(other.judgement.reason));
  }
  return fmt::format("<h4>Flaky: {} came to something else when tried again</h4><ul>{}</ul>\n",
                     count_text(flaky.size(), "case"), rows);
}

// ---- phases, logs, evidence

std::string phases_text(const KernelRun& kernel) {
  if (kernel.phases.empty()) return {};
  double longest = 0.001;
  for (const auto& phase : kernel.phases) {
    if (std::isfinite(phase.seconds)) longest = std::max(longest, phase.seconds);
  }
  std::string rows;
  for (const auto& phase : kernel.phases) {
    const auto share = std::isfinite(phase.seconds) ? std::max(0.0, phase.seconds) / longest : 0.0;
    const auto problem = phase.problem.empty() ? "" : "not reached: " + html_line(phase.problem);
    rows += fmt::format(
        "<tr><th scope=row>{}</th><td>{:.1f} s</td><td><span class=bar style=\"width:{:.1f}rem\">"
        "</span> {}</td></tr>\n",
        html_line(phase.phase), phase.seconds, 12 * share, problem);
  }
  return "<h4>Phases</h4><table><tbody>\n" + rows + "</tbody></table>\n";
}

std::string log_text(std::string_view title, std::string_view text) {
  return fmt::format("<details><summary>{}</summary><pre>{}</pre></details>\n", html_line(title),
                     html(text));
}

std::string logs_text(const KernelRun& kernel) {
  std::string text;
  for (const auto& splat : kernel.splats) {
    text += log_text(fmt::format("{} in {}: {}{}", splat.kind, splat.where, splat.title,
                                 splat.counts() ? "" : " (ignored: " + splat.ignored + ")"),
                     fmt::format("{}", fmt::join(splat.lines, "\n")));
  }
  for (const auto& violation : kernel.violations) {
    text += log_text(
        fmt::format("{} ({}): {}", violation.kind, violation.cell.text(), violation.reason),
        fmt::format("{}", fmt::join(violation.lines, "\n")));
  }
  for (const auto& note : kernel.notes) text += log_text(note.about, note.text);
  return text.empty() ? text : "<h4>Logs</h4>\n" + text;
}

std::string evidence_text(const KernelPage& page) {
  std::string text;
  for (const auto& file : evidence_files(page.run, page.kernel)) {
    text += fmt::format("{}<a href=\"{}\">{}</a>", text.empty() ? "" : ", ",
                        link_to(file, page.folder), html_line(file.filename().string()));
  }
  return text.empty() ? text : "<h4>Evidence</h4><p>" + text + "</p>\n";
}

std::string summary_text(const KernelRun& kernel) {
  const auto tally = tally_of(kernel);
  const auto passed = tally.of(Outcome::passed);
  auto text = fmt::format("{} <h3>{}</h3> <span class=dim>{} of {} passed",
                          tag(look_of_word(standing_word(tally))), html_line(kernel.name), passed,
                          count_text(tally.cases() - tally.violations, "case"));
  if (tally.violations > 0) text += ", " + count_text(tally.violations, "violation");
  if (tally.flaky > 0) text += fmt::format(", {} flaky", tally.flaky);
  if (!kernel.signature.name.empty()) text += ": " + html(kernel.signature.name);
  return text + "</span>";
}

}  // namespace

std::string column_text(const Column& column) {
  const auto& values = column.cell.values();
  if (values.empty()) return column.suite;
  std::string text;
  for (const auto& [axis, value] : values) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", axis, value);
  }
  return text;
}

std::string html_of(const KernelPage& page) {
  return fmt::format("<article id={}><details{}><summary>{}</summary>\n", page.id,
                     page.is_open ? " open" : "", summary_text(page.kernel)) +
         signature_text(page.kernel) + strips_text(page) + failures_text(page) +
         attempts_text(page.kernel) + evidence_text(page) + logs_text(page.kernel) +
         phases_text(page.kernel) + facts_text(page) + "</details></article>\n";
}

}  // namespace refrag::reports
