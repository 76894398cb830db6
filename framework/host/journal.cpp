// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/journal.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/text.hpp"

namespace refrag::host {

using base::shell_quote;
using nlohmann::json;

namespace {

constexpr std::array<std::pair<ChangeKind, std::string_view>, 6> names = {{
    {ChangeKind::sysctl, "sysctl"},
    {ChangeKind::table, "table"},
    {ChangeKind::link, "link"},
    {ChangeKind::modules, "modules"},
    {ChangeKind::file, "file"},
    {ChangeKind::domain, "domain"},
}};

std::string dump(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

bool is_plain(std::string_view text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || std::string_view("_-./ ").find(c) != std::string_view::npos;
  });
}

// A journal is somebody else's file: only what carries our name can be ours, and what is told of it
// is for terminals and shells.
bool is_possible(const Change& change) {
  const auto& name = change.name;
  if (!is_plain(name) || !is_plain(change.before)) return false;
  switch (change.kind) {
    case ChangeKind::sysctl:
      return name.starts_with("net/bridge/") && name.find("..") == std::string::npos;
    case ChangeKind::table:
      return name == "ip refrag";
    case ChangeKind::modules:
      return !name.empty();
    case ChangeKind::link:
    case ChangeKind::domain:
      return name.starts_with("refrag-") && name.find('/') == std::string::npos;
    case ChangeKind::file:
      return name.starts_with('/') && name.find("refrag", name.rfind('/')) != std::string::npos;
  }
  return false;
}

std::optional<Change> change_of(const json& object) {
  const auto kind = object.value("kind", std::string());
  const auto* const known = std::ranges::find(names, kind, [](const auto& n) { return n.second; });
  if (known == names.end()) return std::nullopt;
  Change change{known->first, object.value("name", std::string()),
                object.value("before", std::string())};
  return is_possible(change) ? std::optional(change) : std::nullopt;
}

void take(Journal& journal, const json& object) {
  if (object.contains("owner")) {
    journal.owner = object.at("owner").get<std::string>();
    journal.boot = object.value("boot", std::string());
  } else if (auto change = change_of(object)) {
    journal.changes.push_back(std::move(*change));
  } else {
    ++journal.unreadable;
  }
}

std::string sysctl_script(const Change& change) {
  return fmt::format(
      "f={}; [ -e \"$f\" ] || exit 0\n"
      "[ \"$(cat \"$f\")\" = {} ] || echo {} >\"$f\" && [ \"$(cat \"$f\")\" = {} ]",
      shell_quote("/proc/sys/" + change.name), shell_quote(change.before),
      shell_quote(change.before), shell_quote(change.before));
}

std::string table_script(const Change& change) {
  return fmt::format(
      "command -v nft >/dev/null || exit 0\n"
      "nft list table {0} >/dev/null 2>&1 || exit 0\nnft delete table {0}",
      change.name);
}

std::string link_script(const Change& change) {
  const auto name = shell_quote(change.name);
  return fmt::format("[ -e /sys/class/net/{0} ] || exit 0\nip link delete {0}", name);
}

// Modules use each other, so again and again until none goes any more. One that is in use by now is
// somebody's, and its name is all that is left of us.
std::string modules_script(const Change& change) {
  return fmt::format(
      "[ -r /proc/modules ] || exit 0\n"
      "ours() {{ for m in {}; do case ' {} ' in *\" $m \"*) continue;; esac\n"
      "  grep -q \"^$m \" /proc/modules && echo $m; done; }}\n"
      "for turn in 1 2 3 4 5 6; do for m in $(ours); do rmmod $m 2>/dev/null; done; done\n"
      "left=$(ours); [ -z \"$left\" ] || {{ echo still in use: $left; exit 1; }}",
      change.name, change.before);
}

}  // namespace

std::string_view to_text(ChangeKind kind) {
  return std::ranges::find(names, kind, [](const auto& n) { return n.first; })->second;
}

std::string first_line(std::string_view owner, std::string_view boot) {
  return dump({{"owner", owner}, {"boot", boot}});
}

std::string line_of(const Change& change) {
  return dump({{"kind", to_text(change.kind)}, {"name", change.name}, {"before", change.before}});
}

Journal parse_journal(std::string_view text) {
  Journal journal;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    if (end == std::string_view::npos) break;  // cut off before it was synced: never done
    const auto object = json::parse(text.substr(at, end - at), nullptr, false);
    at = end + 1;
    try {
      object.is_object() ? take(journal, object) : void(++journal.unreadable);
    } catch (const json::exception&) {
      ++journal.unreadable;
    }
  }
  return journal;
}

std::vector<Change> to_undo(const Journal& journal, std::string_view boot_now) {
  auto changes = journal.changes;
  std::ranges::reverse(changes);
  if (journal.boot != boot_now) {
    std::erase_if(changes, [](const Change& c) { return c.kind != ChangeKind::file; });
  }
  return changes;
}

std::string undo_script(const Change& change) {
  switch (change.kind) {
    case ChangeKind::sysctl:
      return sysctl_script(change);
    case ChangeKind::table:
      return table_script(change);
    case ChangeKind::link:
      return link_script(change);
    case ChangeKind::modules:
      return modules_script(change);
    case ChangeKind::file:
      return fmt::format("rm -rf {}", shell_quote(change.name));
    case ChangeKind::domain:
      break;
  }
  return {};
}

std::string by_hand(const Change& change) {
  switch (change.kind) {
    case ChangeKind::sysctl:
      return fmt::format("echo {} >/proc/sys/{}", change.before, change.name);
    case ChangeKind::table:
      return fmt::format("nft delete table {}", change.name);
    case ChangeKind::link:
      return fmt::format("ip link delete {}", change.name);
    case ChangeKind::modules:
      return fmt::format("rmmod whichever of these is loaded and is no longer in use: {}",
                         change.name);
    case ChangeKind::file:
      return fmt::format("rm -r {}", change.name);
    case ChangeKind::domain:
      return fmt::format("virsh destroy {}", change.name);
  }
  return {};
}

}  // namespace refrag::host
