// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/html.hpp"

#include <algorithm>
#include <ostream>
#include <set>
#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "reports/html_kernel.hpp"
#include "reports/html_text.hpp"
#include "reports/tally.hpp"
#include "reports/trouble.hpp"

namespace refrag::embedded {
extern const std::string_view html_css;
extern const std::string_view html_js;
}  // namespace refrag::embedded

namespace refrag::reports {

namespace {

using verdict::Outcome;

constexpr std::size_t most_runs = 4;  // that have a line of their own
constexpr int most_open = 20;         // kernels with news whose parts are open from the start

class Page {
 public:
  Page(const Run& run, const base::fs::path& folder, std::ostream& out)
      : run_(run),
        folder_(base::fs::absolute(folder)),
        out_(out),
        order_(by_version(run)),
        columns_(columns_of(run)),
        tally_(tally_of(run)) {
    for (const auto& kernel : run.kernels) {
      bad_ += tally_of(kernel).news() > 0 ? 1 : 0;
    }
  }

  void write() {
    const auto answer = answer_text();
    out_ << "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n"
            "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
            "<link rel=icon href=\"data:,\">\n<title>refrag: "
         << html(answer) << "</title>\n<style>\n"
         << embedded::html_css << "</style></head><body>\n"
         << "<a class=skip href=\"#kernels\">skip to the kernels</a>\n";
    write_answer(answer);
    write_since();
    write_heat();
    write_kernels();
    out_ << "<script>\n" << embedded::html_js << "</script>\n</body></html>\n";
  }

 private:
  // ---- is anything wrong?

  std::string answer_text() const {
    const auto kernels = count_text(run_.kernels.size(), "kernel");
    if (bad_ > 0) {
      return fmt::format("Yes: {} of {} with findings that nobody expected", bad_, kernels);
    }
    const int broken = tally_.of(Outcome::broken);
    if (broken > 0) {
      return fmt::format("Not known: {} of {} proved nothing; the lab or the test is at fault",
                         broken, count_text(tally_.cases(), "case"));
    }
    if (exit_code(tally_) != 0) return "Not known: nothing ran";
    const auto known = tally_.expected_failures;
    return fmt::format(
        "No: {}, every case as expected{}", kernels,
        known > 0 ? fmt::format(" ({} by a known bug)", count_text(known, "failure")) : "");
  }

  std::string answer_style() const {
    const int code = exit_code(tally_);
    return code == 0 ? "passed" : code == 1 ? "failed" : "broken";
  }

  void count(std::string_view name, int number, const Look& look) {
    if (number == 0 && name != "passed") return;
    out_ << fmt::format("<span class=\"tag {}\">{} <b data-count=\"{}\">{}</b> {}</span>\n",
                        look.style, look.sign, name, number, look.word);
  }

  void write_answer(const std::string& answer) {
    out_ << fmt::format(
        "<header><h1 class={}>{}</h1>\n<p><b data-count=cases>{}</b> cases on {}: ", answer_style(),
        html(answer), tally_.cases(), count_text(run_.kernels.size(), "kernel"));
    for (int i = 0; i < 6; ++i) {
      const auto word = std::string(verdict::to_text(static_cast<Outcome>(i)));
      count(word, tally_.of(static_cast<Outcome>(i)), look_of_word(word));
    }
    count("expected_failures", tally_.expected_failures, look_of_word("expected failure"));
    count("unexpected_passes", tally_.unexpected_passes, look_of_word("unexpected pass"));
    count("violations", tally_.violations, {"failed", "\u2717", "of them violations"});
    count("flaky", tally_.flaky, {"skipped", "~", "flaky"});
    out_ << "</p>\n";
    write_runs();
    for (const auto& note : run_.notes) {
      if (note.about == about_tasks) out_ << fmt::format("<p>{}</p>\n", html_line(note.text, 2000));
    }
    for (const auto& problem : run_.problems) {
      out_ << fmt::format("<p>{} {}</p>\n", tag(look_of_word("broken")), html_line(problem));
    }
    out_ << "</header>\n";
  }

  // One by one while a person would read them.
  void write_runs() {
    if (run_.folders.size() <= most_runs) {
      for (const auto& folder : run_.folders) write_run(folder.run);
      return;
    }
    std::set<std::string> starts;
    std::set<std::string> machines;
    for (const auto& folder : run_.folders) {
      if (!folder.run.started.empty()) starts.insert(folder.run.started);
      if (!folder.run.machine.empty()) machines.insert(folder.run.machine);
    }
    out_ << fmt::format(
        "<p class=dim>{}, begun from {} to {} UTC, on {}</p>\n",
        count_text(run_.folders.size(), "run"), starts.empty() ? "-" : html_line(*starts.begin()),
        starts.empty() ? "-" : html_line(*starts.rbegin()), count_text(machines.size(), "machine"));
  }

  void write_run(const verdict::RunRecord& run) {
    out_ << fmt::format("<p class=dim>{} UTC on {}: testbed {}, lab {}, MTU {}, {}{}</p>\n",
                        html_line(run.started), html_line(run.machine), html_line(run.testbed),
                        html_line(run.lab), run.mtu, html_line(run.tool),
                        run.shard.empty() ? "" : ", shard " + html_line(run.shard));
  }

  // ---- on which kernels, since when?

  std::string kernel_link(std::size_t place) const {
    const auto index = order_[place];
    return fmt::format("<a href=\"#k{}\">{}</a>", index, html_line(run_.kernels[index].name));
  }

  std::string since_text(const Spread& spread) const {
    const auto first = spread.places.front();
    if (first == 0) return "the oldest here, " + kernel_link(first);
    return fmt::format("{}; not on {} before it", kernel_link(first), kernel_link(first - 1));
  }

  std::string until_text(const Spread& spread) const {
    const auto last = spread.places.back();
    if (last + 1 == order_.size()) return "the newest here, " + kernel_link(last);
    return fmt::format("{}; not on {} after it", kernel_link(last), kernel_link(last + 1));
  }

  std::string on_text(const Spread& spread) const {
    const auto between = spread.places.back() - spread.places.front() + 1;
    if (between == spread.places.size()) return count_text(between, "kernel");
    return fmt::format("{} of the {} from first to last", spread.places.size(), between);
  }

  static Look look_of(const Trouble& trouble) {
    if (trouble.standing == verdict::Standing::expected_failure) {
      return look_of_word("expected failure");
    }
    if (trouble.standing == verdict::Standing::unexpected_pass) {
      return look_of_word("unexpected pass");
    }
    return look_of_word(verdict::to_text(trouble.outcome));
  }

  void write_since() {
    const auto spreads = spread_of(run_, order_);
    out_ << "<section aria-labelledby=since><h2 id=since>On which kernels, since when</h2>\n";
    if (spreads.empty()) {
      out_ << "<p>On none: nothing failed.</p></section>\n";
      return;
    }
    out_
        << "<table class=stack><caption>Kernels in the order of their versions</caption><thead><tr>"
           "<th scope=col>what</th><th scope=col>on</th><th scope=col>first on</th>"
           "<th scope=col>last on</th></tr></thead><tbody>\n";
    for (const auto& spread : spreads) {
      const auto& trouble = spread.trouble;
      out_ << fmt::format(
          "<tr><th scope=row>{} {}<br><span class=dim>{}</span></th><td>{}, {}</td><td>{}</td>"
          "<td>{}</td></tr>\n",
          tag(look_of(trouble)), html_line(trouble.name), html_line(trouble.text, 600),
          on_text(spread), count_text(spread.cases, "case"), since_text(spread),
          until_text(spread));
    }
    out_ << "</tbody></table></section>\n";
  }

  // ---- what exactly?

  void write_heat() {
    out_ << "<section aria-labelledby=what><h2 id=what>What exactly</h2>\n"
            "<p class=dim>Arrow keys move between fields; a field leads to its sizes. Numbers are "
            "cases that came to the word before them, of all in the field.</p>\n"
            "<div class=scroll role=region aria-label=\"heat map\" tabindex=0><table class=heat>"
            "<caption>Kernels and cells</caption>\n<thead>";
    write_suites();
    out_ << "<tr><th scope=col>kernel</th>";
    for (const auto& column : columns_) {
      auto text = html_line(column_text(column));
      for (auto at = text.find(", "); at != std::string::npos; at = text.find(", ", at)) {
        text.replace(at, 2, "<br>");
      }
      out_ << "<th scope=col>" << text << "</th>";
    }
    out_ << "</tr></thead><tbody>\n";
    for (const auto index : order_) write_row(index);
    out_ << "</tbody></table></div></section>\n";
  }

  // Suites over their columns.
  void write_suites() {
    out_ << "<tr><td></td>";
    for (auto first = columns_.begin(); first != columns_.end();) {
      const auto next = std::find_if(
          first, columns_.end(), [&](const Column& other) { return other.suite != first->suite; });
      out_ << fmt::format("<th scope=colgroup colspan={}>{}</th>", next - first,
                          html_line(first->suite));
      first = next;
    }
    out_ << "</tr>\n";
  }

  void write_row(std::size_t index) {
    const auto& kernel = run_.kernels[index];
    const auto fields = fields_of(kernel);
    const auto name = html_line(kernel.name);
    out_ << fmt::format("<tr><th scope=row><a href=\"#k{}\">{}</a></th>", index, name);
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const auto found = fields.find(columns_[i]);
      if (found == fields.end()) {
        out_ << "<td></td>";
        continue;
      }
      const auto& [look, worst, cases, strip] = found->second;
      const auto numbers =
          worst == cases ? std::to_string(cases) : fmt::format("{}/{}", worst, cases);
      out_ << fmt::format("<td class={}><a href=\"#k{}-c{}\">{} {} {}</a></td>", look.style, index,
                          i, look.sign, look.word, numbers);
    }
    out_ << "</tr>\n";
  }

  void write_kernels() {
    out_ << "<section aria-labelledby=kernels><h2 id=kernels>Kernel by kernel</h2>\n";
    int open = 0;
    for (const auto index : order_) {
      const auto& kernel = run_.kernels[index];
      const auto fields = fields_of(kernel);
      const bool is_bad = exit_code(tally_of(kernel)) != 0;
      const bool is_open = is_bad && open++ < most_open;
      out_ << html_of(
          {run_, kernel, fields, columns_, fmt::format("k{}", index), folder_, is_open});
    }
    out_ << "</section>\n";
  }

  const Run& run_;
  base::fs::path folder_;
  std::ostream& out_;
  std::vector<std::size_t> order_;
  std::vector<Column> columns_;
  Tally tally_;
  int bad_ = 0;  // kernels
};

}  // namespace

void write_html(const Run& run, const base::fs::path& folder, std::ostream& out) {
  Page(run, folder, out).write();
}

}  // namespace refrag::reports
