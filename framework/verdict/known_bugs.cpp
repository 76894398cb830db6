// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/known_bugs.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/packet/arithmetic.hpp"
#include "framework/verdict/axes.hpp"

namespace refrag::embedded {
extern const std::string_view known_bugs_toml;
}

namespace refrag::verdict {

namespace {

using base::compare_versions;

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::Fault::usage, what, "fixtures/known-bugs.toml says what is allowed");
}

// Nothing is passed over: a misspelt key would leave a bug without its ranges.
void allow(const toml::table& table, const std::set<std::string_view>& keys) {
  for (const auto& [key, value] : table) {
    if (!keys.contains(key.str())) refuse(fmt::format("unknown key '{}'", key.str()));
  }
}

template <class Value>
Value value_of(const toml::table& table, std::string_view key, Value otherwise) {
  const auto* const node = table.get(key);
  if (node == nullptr) return otherwise;
  const auto value = node->value_exact<Value>();
  if (!value) refuse(fmt::format("'{}' has the wrong type", key));
  return *value;
}

std::string text_of(const toml::table& table, std::string_view key) {
  return value_of<std::string>(table, key, {});
}

const toml::table& as_table(const toml::node& node, std::string_view what) {
  if (const auto* table = node.as_table()) return *table;
  refuse(fmt::format("{} is not a table", what));
}

const toml::array& array_of(const toml::table& table, std::string_view key) {
  const auto* const node = table.get(key);
  if (node == nullptr || !node->is_array()) refuse(fmt::format("'{}' is not a list", key));
  return *node->as_array();
}

KernelRange range_of(const toml::table& table) {
  allow(table, {"branch", "from", "before"});
  KernelRange range{text_of(table, "branch"), text_of(table, "from"), text_of(table, "before")};
  if (!range.from.empty() && !range.before.empty() &&
      compare_versions(range.from, range.before) >= 0) {
    refuse(fmt::format("no version is from {} and before {}", range.from, range.before));
  }
  return range;
}

Effect::Limit limit_of(const std::string& text) {
  if (text.empty() || text == "port") return Effect::Limit::port;
  if (text == "sender") return Effect::Limit::sender;
  refuse(fmt::format("'of' is port or sender, not '{}'", text));
}

Effect::Measure measure_of(const std::string& text) {
  if (text.empty() || text == "datagram") return Effect::Measure::datagram;
  if (text == "packet") return Effect::Measure::packet;
  refuse(fmt::format("'measures' is datagram or packet, not '{}'", text));
}

const std::set<std::string_view> effect_keys = {
    "where", "over", "of", "measures", "loses", "outgrown", "unread", "sometimes", "violations"};

Effect effect_of(const toml::table& table) {
  Effect effect{.over = static_cast<int>(value_of<std::int64_t>(table, "over", 0)),
                .of = limit_of(text_of(table, "of")),
                .measures = measure_of(text_of(table, "measures")),
                .loses = value_of(table, "loses", true),
                .outgrown = value_of(table, "outgrown", false),
                .unread = value_of(table, "unread", false),
                .sometimes = value_of(table, "sometimes", false)};
  if (const auto* where = table.get("where")) {
    const auto& axes = as_table(*where, "'where'");
    for (const auto& [axis, value] : axes) {
      effect.where[std::string(axis.str())] = text_of(axes, axis.str());
    }
  }
  if (table.get("violations") != nullptr) {
    for (const auto& kind : array_of(table, "violations")) {
      effect.violations.push_back(kind.value<std::string>().value_or(""));
    }
  }
  return effect;
}

// One effect may stand in the bug itself.
std::vector<Effect> effects_of(const toml::table& table) {
  if (table.get("effects") == nullptr) return {effect_of(table)};
  std::vector<Effect> effects;
  for (const auto& entry : array_of(table, "effects")) {
    const auto& effect = as_table(entry, "an effect");
    allow(effect, effect_keys);
    effects.push_back(effect_of(effect));
  }
  return effects;
}

KnownBug bug_of(const toml::table& table) {
  auto keys = effect_keys;
  keys.insert({"signature", "meaning", "effects", "always", "broken-by", "fixed-by", "kernels"});
  allow(table, keys);
  KnownBug bug;
  bug.signature = text_of(table, "signature");
  bug.meaning = text_of(table, "meaning");
  if (bug.signature.empty() || bug.meaning.empty()) refuse("a bug needs signature and meaning");
  bug.effects = effects_of(table);
  bug.always = value_of(table, "always", true);
  bug.broken_by = text_of(table, "broken-by");
  bug.fixed_by = text_of(table, "fixed-by");
  for (const auto& range : array_of(table, "kernels")) {
    bug.kernels.push_back(range_of(as_table(range, "a range of kernels")));
  }
  return bug;
}

bool is_in(const KernelRange& range, std::string_view version) {
  return (range.from.empty() || compare_versions(version, range.from) >= 0) &&
         (range.before.empty() || compare_versions(version, range.before) < 0);
}

}  // namespace

bool Effect::affects(const Cell& cell) const {
  return std::all_of(where.begin(), where.end(), [&](const auto& wanted) {
    const bool is_not = wanted.second.starts_with('!');
    const auto value = axis_value(cell, wanted.first);
    if (value.empty()) return false;
    const auto values = base::split(std::string_view(wanted.second).substr(is_not ? 1 : 0), '|');
    return is_not != (std::find(values.begin(), values.end(), value) != values.end());
  });
}

bool Effect::drops(const Cell& cell, int size, int mtu) const {
  const int length = measures == Measure::packet ? longest_packet(cell, size, mtu)
                                                 : packet::ip_length(size, family_of(cell));
  const int limit = of == Limit::sender ? sender_mtu(cell, mtu) : port_mtu(cell, mtu);
  return loses && length > limit + over;
}

Fate Effect::fate(const Cell& cell, int size, int mtu) const {
  if (drops(cell, size, mtu)) return Fate::is_lost;
  if (packet::ip_length(size, family_of(cell)) <= sender_mtu(cell, mtu)) return Fate::passes;
  return unread ? Fate::is_lost : outgrown ? Fate::outgrows : Fate::passes;
}

const Effect* KnownBug::effect_in(const Cell& cell) const {
  const auto effect = std::find_if(effects.begin(), effects.end(),
                                   [&](const Effect& each) { return each.affects(cell); });
  return effect == effects.end() ? nullptr : &*effect;
}

bool KnownBug::affects(const Cell& cell) const { return effect_in(cell) != nullptr; }

Fate KnownBug::fate(const Cell& cell, int size, int mtu) const {
  const auto* const effect = effect_in(cell);
  return effect == nullptr ? Fate::passes : effect->fate(cell, size, mtu);
}

bool KnownBug::is_expected_on(std::string_view version) const {
  const auto matches = [&](const KernelRange& range) {
    return !range.branch.empty() && base::glob_match(range.branch, version);
  };
  const bool has_branch = std::any_of(kernels.begin(), kernels.end(), matches);
  return std::any_of(kernels.begin(), kernels.end(), [&](const KernelRange& range) {
    return (has_branch ? matches(range) : range.branch.empty()) && is_in(range, version);
  });
}

KnownBugs parse_known_bugs(std::string_view toml, std::string_view source) {
  return base::doing(fmt::format("reading {}", source), [&] {
    KnownBugs bugs;
    try {
      const auto table = toml::parse(toml);
      allow(table, {"bug"});
      if (table.empty()) return bugs;
      for (const auto& bug : array_of(table, "bug")) bugs.push_back(bug_of(as_table(bug, "a bug")));
    } catch (const toml::parse_error& error) {
      refuse(fmt::format("line {}: {}", error.source().begin.line, error.description()));
    }
    return bugs;
  });
}

const KnownBugs& built_in_bugs() {
  static const auto bugs = parse_known_bugs(embedded::known_bugs_toml, "the table of known bugs");
  return bugs;
}

KnownBugs read_known_bugs(const base::fs::path& file) {
  if (file.empty()) return built_in_bugs();
  if (!base::fs::is_regular_file(file)) {
    throw base::Error(base::Fault::usage, "no such file: " + file.string(),
                      "--known-bugs takes a table like fixtures/known-bugs.toml");
  }
  return parse_known_bugs(base::read_file(file, 1u << 20), file.string());
}

}  // namespace refrag::verdict
