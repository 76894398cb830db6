// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/bisection.hpp"

#include <algorithm>
#include <ostream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "reports/html_text.hpp"

namespace refrag::embedded {
extern const std::string_view html_css;
}

namespace refrag::reports {

namespace {

using nlohmann::json;

constexpr double width = 900;
constexpr double margin = 40;
constexpr double row = 22;

Look look_of_kind(const std::string& kind) {
  if (kind == "fixed") return {"passed", "\u2713", kind};
  if (kind == "broken") return {"failed", "\u2717", kind};
  return {kind == "other-signature" ? "expected" : "broken", "?", kind};
}

std::string field(const json& object, const char* key) { return object.at(key).get<std::string>(); }

// Every boot is a sign at its build's place, joined in the order of the search.
std::string drawing(const json& result) {
  const auto last = std::max<std::size_t>(result.at("builds").size(), 2) - 1;
  const auto& path = result.at("path");
  const auto height = row * static_cast<double>(path.size() + 1);
  std::string line;
  std::string signs;
  double y = 0;
  for (const auto& boot : path) {
    const auto index = boot.at("index").get<std::size_t>();
    const double x =
        margin + (width - 2 * margin) * static_cast<double>(index) / static_cast<double>(last);
    y += row;
    const auto look = look_of_kind(field(boot, "kind"));
    line += fmt::format("{:.0f},{:.0f} ", x, y);
    signs += fmt::format(
        "<circle cx={:.0f} cy={:.0f} r=9 style=\"fill:var(--{})\"/><text x={:.0f} y={:.0f} "
        "text-anchor=middle>{}<title>{}: {}</title></text>\n",
        x, y, look.style, x, y + 4, look.sign, html_line(field(boot, "build")), look.word);
  }
  return fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" width={0:.0f} height={1:.0f} role=img aria-label=\"the "
      "path "
      "of the search; the table below says the same\"><polyline points=\"{2}\" fill=none "
      "stroke=currentColor stroke-opacity=.4 />\n{3}</svg>\n",
      width, height, line, signs);
}

std::string table_of(const json& path) {
  std::string text =
      "<table class=stack><caption>Boots, as their answers came</caption><thead><tr><th "
      "scope=col>boot"
      "</th><th scope=col>build</th><th scope=col>answer</th><th scope=col>why</th><th scope=col>"
      "seconds</th></tr></thead><tbody>\n";
  for (const auto& boot : path) {
    text += fmt::format(
        "<tr><th scope=row>{}</th><td>{}</td><td>{}</td><td>{}</td><td>{:.1f}</td></tr>\n",
        boot.at("boot").get<int>(), html_line(field(boot, "build")),
        tag(look_of_kind(field(boot, "kind"))), html_line(field(boot, "text")),
        boot.at("seconds").get<double>());
  }
  return text + "</tbody></table>\n";
}

std::string page_of(const json& result) {
  if (field(result, "type") != "bisection")
    throw base::Error(base::Fault::usage, "not a bisection");
  const auto sentence = html_line(field(result, "sentence"));
  const auto* const style = field(result, "ending") == "found" ? "passed" : "broken";
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=en><head><meta charset=utf-8>\n<meta name=viewport "
      "content=\"width=device-width, initial-scale=1\">\n<link rel=icon href=\"data:,\">\n"
      "<title>refrag: {0}</title>\n<style>\n{1}</style></head><body>\n<h1 class={2}>{0}</h1>\n"
      "<p class=dim>{3} builds from {4} to {5}, {6} boots, {7:.0f} s; signature: {8}</p>\n"
      "<h2>The search: builds from old to new, boots from top to "
      "bottom</h2>\n{9}{10}</body></html>\n",
      sentence, embedded::html_css, style, result.at("builds").size(),
      html_line(field(result.at("builds").front(), "label")),
      html_line(field(result.at("builds").back(), "label")), result.at("boots").get<int>(),
      result.at("seconds").get<double>(), html_line(field(result, "signature")), drawing(result),
      table_of(result.at("path")));
}

}  // namespace

bool holds_bisection(const base::fs::path& folder) {
  return !base::fs::exists(folder / "results.jsonl") && base::fs::exists(folder / "result.json");
}

void write_bisection(const base::fs::path& folder, std::ostream& out) {
  const auto path = folder / "result.json";
  try {
    out << page_of(json::parse(base::read_file(path)));
  } catch (const json::exception& error) {
    throw base::Error(base::Fault::usage,
                      fmt::format("{} is no bisection's result: {}", path.string(), error.what()));
  }
}

}  // namespace refrag::reports
