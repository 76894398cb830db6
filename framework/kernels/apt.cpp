// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/kernels/apt.hpp"

#include <regex>
#include <set>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/log.hpp"
#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/archive.hpp"
#include "framework/kernels/cache.hpp"

namespace refrag::kernels {

namespace fs = std::filesystem;
using base::Error;
using base::Fault;

namespace {

constexpr auto lists_are_old_after = std::chrono::hours(24);
constexpr const char* keyring = "/usr/share/keyrings/debian-archive-keyring.gpg";

struct Source {
  std::string uri;
  std::string suite;
  auto operator<=>(const Source&) const = default;
};

base::Command apt_command(std::vector<std::string> argv) {
  return {std::move(argv), {}, {{"LC_ALL", "C"}, {"DEBIAN_FRONTEND", "noninteractive"}}};
}

// The Debian archives that this machine's apt names.
std::set<Source> machine_sources(base::Deadline deadline) {
  const auto command =
      apt_command({"apt-get", "indextargets", "--format",
                   "$(ORIGIN) $(COMPONENT) $(REPO_URI) $(RELEASE)", "Created-By: Packages"});
  std::set<Source> sources;
  for (const auto& line : base::split(base::run_ok(command, deadline).out, '\n')) {
    const auto words = base::split(line, ' ');
    if (words.size() == 4 && words[0] == "Debian" && words[1] == "main") {
      sources.insert({words[2], words[3]});
    }
  }
  if (sources.empty()) {
    throw Error(Fault::lab, "this machine's apt knows no Debian archive",
                "add one to /etc/apt/sources.list and run apt-get update");
  }
  return sources;
}

bool has_security_updates(std::string_view suite) {
  return suite.find('-') == std::string_view::npos && suite != "sid" && suite != "unstable" &&
         suite != "experimental";
}

// The same mirrors for another suite.
std::set<Source> sources_for(const std::string& suite, const std::set<Source>& machine) {
  std::set<Source> sources;
  for (const auto& source : machine) {
    const bool is_security = source.suite.ends_with("-security");
    if (!is_security) sources.insert({source.uri, suite});
    if (is_security && has_security_updates(suite)) {
      sources.insert({source.uri, suite + "-security"});
    }
  }
  return sources;
}

std::vector<std::string> stanzas_of(const std::string& text) {
  std::vector<std::string> stanzas(1);
  for (const auto& line : base::split(text, '\n')) {
    if (line.empty() && !stanzas.back().empty()) stanzas.emplace_back();
    if (!line.empty()) stanzas.back() += line + "\n";
  }
  if (stanzas.back().empty()) stanzas.pop_back();
  return stanzas;
}

}  // namespace

std::string regex_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view("\\.+*?()[]{}|^$").find(c) != std::string_view::npos) escaped += '\\';
    escaped += c;
  }
  return escaped;
}

Package parse_stanza(std::string_view stanza) {
  Package package{control_field(stanza, "Package"), control_field(stanza, "Version"), {}, {}};
  const auto pin = fmt::format("(= {})", package.version);
  for (const auto& dependency : base::split(control_field(stanza, "Depends"), ',')) {
    const auto text = base::trim(dependency);
    package.depends.emplace_back(text.substr(0, text.find_first_of(" (|:")));
    if (text.ends_with(pin)) package.pinned.push_back(package.depends.back());
  }
  return package;
}

Apt::Apt(std::string suite)
    : suite_(std::move(suite)),
      folder_(kernel_cache() / "apt" / (suite_.empty() ? "machine" : suite_)) {}

std::string Apt::text() const {
  return suite_.empty() ? "this machine's Debian suites" : fmt::format("Debian's {}", suite_);
}

std::vector<std::string> Apt::command(std::string program) const {
  std::vector<std::string> argv{std::move(program)};
  for (const auto& option :
       {fmt::format("Dir::Etc::sourcelist={}", (folder_ / "sources.list").string()),
        fmt::format("Dir::State={}", (folder_ / "state").string()),
        fmt::format("Dir::Cache={}", (folder_ / "cache").string()),
        std::string("Dir::Etc::sourceparts=/dev/null"), std::string("Dir::State::status=/dev/null"),
        std::string("Dir::Etc::preferences=/dev/null"),
        std::string("Dir::Etc::preferencesparts=/dev/null"), std::string("APT::Sandbox::User=root"),
        std::string("APT::Architecture=amd64"), std::string("APT::Architectures=amd64"),
        std::string("Acquire::Languages=none"), std::string("Acquire::Retries=2")}) {
    argv.insert(argv.end(), {"-o", option});
  }
  return argv;
}

void Apt::write_sources(base::Deadline deadline) const {
  const auto machine = machine_sources(deadline);
  const auto sources = suite_.empty() ? machine : sources_for(suite_, machine);
  const auto signed_by = fs::exists(keyring) ? fmt::format("[signed-by={}] ", keyring) : "";
  std::string text;
  for (const auto& source : sources) {
    text += fmt::format("deb {}{} {} main\n", signed_by, source.uri, source.suite);
  }
  for (const auto* part : {"state/lists/partial", "cache/archives/partial"}) {
    base::make_folder(folder_ / part);
  }
  base::write_file(folder_ / "sources.list", text);
}

void Apt::update(base::Deadline deadline) {
  base::status(fmt::format("asking the mirror about {}", text()));
  write_sources(deadline);
  auto argv = command("apt-get");
  argv.insert(argv.end(), {"update", "-qq", "--error-on=any"});
  const auto output = base::run(apt_command(argv), deadline);
  if (!output.ok()) {
    const bool unknown = output.err.find("does not have a Release file") != std::string::npos;
    throw Error(unknown && !suite_.empty() ? Fault::usage : Fault::lab,
                fmt::format("cannot learn what {} has: {}", text(),
                            output.timed_out ? "the mirror did not answer in time"
                                             : base::last_lines(output.err, 2)),
                unknown ? "is the suite's name right?" : "is the mirror reachable?");
  }
  base::write_file(folder_ / "updated", "");
}

void Apt::update_if_old(base::Deadline deadline) {
  std::error_code never;
  const auto updated = fs::last_write_time(folder_ / "updated", never);
  if (never || fs::file_time_type::clock::now() - updated > lists_are_old_after) update(deadline);
}

std::vector<Package> Apt::find(const std::string& pattern, base::Deadline deadline) {
  auto search = command("apt-cache");
  search.insert(search.end(), {"search", "--names-only", fmt::format("^{}$", pattern)});
  auto show = command("apt-cache");
  show.insert(show.end(), {"show", "--no-all-versions"});
  const auto options = show.size();
  for (const auto& line : base::split(base::run_ok(apt_command(search), deadline).out, '\n')) {
    const auto name = line.substr(0, line.find(' '));
    if (std::regex_match(name, std::regex(pattern, std::regex::extended))) show.push_back(name);
  }
  std::vector<Package> packages;
  if (show.size() == options) return packages;
  for (const auto& stanza : stanzas_of(base::run_ok(apt_command(show), deadline).out)) {
    packages.push_back(parse_stanza(stanza));
  }
  return packages;
}

std::vector<Package> Apt::versions_of(const std::string& name, base::Deadline deadline) {
  auto show = command("apt-cache");
  show.insert(show.end(), {"show", "--all-versions", name});
  std::vector<Package> packages;  // none: apt-cache fails
  for (const auto& stanza : stanzas_of(base::run(apt_command(show), deadline).out)) {
    packages.push_back(parse_stanza(stanza));
  }
  return packages;
}

fs::path Apt::download(const std::string& name, const std::string& version, const fs::path& into,
                       base::Deadline deadline) {
  base::status(fmt::format("downloading {} {}", name, version));
  base::make_folder(into);
  auto argv = command("apt-get");
  argv.insert(argv.end(), {"download", "-qq", fmt::format("{}={}", name, version)});
  auto get = apt_command(argv);
  get.directory = into;
  const auto output = base::run(get, deadline);
  if (!output.ok()) {
    throw Error(Fault::lab, fmt::format("cannot download {} {}: {}", name, version,
                                        output.timed_out ? "it did not end in time"
                                                         : base::last_lines(output.err, 2)));
  }
  for (const auto& entry : fs::directory_iterator(into)) {
    const auto file = entry.path().filename().string();
    if (file.starts_with(name + "_") && file.ends_with(".deb")) return entry.path();
  }
  throw Error(Fault::lab, fmt::format("apt-get download {} left no .deb", name));
}

}  // namespace refrag::kernels
