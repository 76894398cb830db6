// SPDX-License-Identifier: GPL-2.0-or-later
// What the page says; how it is read, in Chromium, is ci/e2e/reports.
#include "reports/html.hpp"

#include <sstream>

#include "framework/base/catch.hpp"
#include "reports/sample.hpp"
#include "reports/trouble.hpp"

using namespace refrag;
using namespace refrag::reports;
using Catch::Contains;

namespace {

std::string page(const verdict::Records& records) {
  std::ostringstream out;
  write_html(run_of(records), ".", out);
  return out.str();
}

verdict::Records kernels(const std::vector<std::pair<std::string, bool>>& labels) {
  verdict::Records all;
  for (const auto& [label, has_bug] : labels) sample::add_kernel(all, label, has_bug, label);
  return all;
}

}  // namespace

TEST_CASE("the page begins with the answer", "[reports]") {
  CHECK_THAT(page(sample::founding_report()),
             Contains("<h1 class=failed>Yes: 1 of 2 kernels with findings that nobody expected"));
  CHECK_THAT(page(kernels({{"6.1", false}})),
             Contains("<h1 class=passed>No: 1 kernel, every case as expected"));
  CHECK_THAT(page(kernels({{"2.6.18", true}})), Contains("12 failures by a known bug"));
  verdict::RunRecord killed;
  killed.planned = 3;
  CHECK_THAT(page({{killed}, {}}), Contains("<h1 class=broken>Not known: 1 of 1 case proved"));
}

TEST_CASE("what nobody planned is told apart from the planned cases", "[reports]") {
  auto records = kernels({{"6.1", false}});
  records.records.push_back(verdict::ViolationRecord{.kernel = "6.1", .kind = "over-mtu"});
  const auto html = page(records);
  CHECK_THAT(html, Contains("<b data-count=cases>105</b> cases on 1 kernel"));
  CHECK_THAT(html, Contains("<b data-count=\"violations\">1</b> of them violations"));
  CHECK_THAT(html, Contains("104 of 104 cases passed, 1 violation</span>"));
}

TEST_CASE("the page says since when, by version and not by order", "[reports]") {
  const auto html =
      page(kernels({{"6.10", true}, {"6.9", false}, {"6.12", false}, {"6.11", true}}));
  CHECK_THAT(html, Contains("<a href=\"#k0\">6.10</a>; not on <a href=\"#k1\">6.9</a> before it"));
  CHECK_THAT(html, Contains("<a href=\"#k3\">6.11</a>; not on <a href=\"#k2\">6.12</a> after it"));
}

TEST_CASE("a strip marks the edge, a failure has its reason and its command", "[reports]") {
  const auto html = page(sample::founding_report());
  CHECK_THAT(html, Contains("1473 1476</span> <span class=edge>edge 1476|1477</span>"
                            "<span class=\"sizes failed\">"));
  CHECK_THAT(html, Contains("the request (1500+25) did not reach b"));
  CHECK_THAT(html, Contains("--select 'tag=vlan3,nf=1,dir=a&gt;b,size=1477'</code>"));
}

TEST_CASE("hostile text is text on the page, and nothing is fetched", "[reports]") {
  const auto html = page(sample::one_of_each());
  CHECK_THAT(html, !Contains("<b>&amp;\""));
  CHECK_THAT(html, Contains("&lt;b&gt;&amp;amp;&quot;"));
  CHECK_THAT(html, !Contains("\x1b") && !Contains("http:") && !Contains("https:"));
}

TEST_CASE("what is wrong is listed news first", "[reports]") {
  const auto run = run_of(sample::one_of_each());
  bool was_news = true;
  for (const auto& spread : spread_of(run, by_version(run))) {
    CHECK((was_news || !spread.trouble.is_news()));
    was_news = spread.trouble.is_news();
  }
  CHECK_FALSE(was_news);
}
