// SPDX-License-Identifier: GPL-2.0-or-later
// Debian's archive through apt, in a folder of our own: its lists are ours, the mirrors, proxies
// and keys are those of this machine's apt, whose files are only read. Needs no root.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "framework/base/deadline.hpp"

namespace refrag::kernels {

struct Package {
  std::string name;
  std::string version;
  std::vector<std::string> depends;  // names; of alternatives the first
  std::vector<std::string> pinned;   // packages it depends on in exactly its own version
};

class Apt {
 public:
  // `suite` empty: the suites that this machine's apt uses. No network yet.
  explicit Apt(std::string suite);

  // Asks the mirrors what there is. Throws Error: usage when they have no such suite, else lab.
  void update(base::Deadline deadline);
  // Like update(), when the last one is older than a day.
  void update_if_old(base::Deadline deadline);

  // The packages whose whole name matches a regular expression, in the version apt would install.
  std::vector<Package> find(const std::string& pattern, base::Deadline deadline);

  // One package in every version that the suites have.
  std::vector<Package> versions_of(const std::string& name, base::Deadline deadline);

  // Downloads a .deb (checked against the archive's signature) into a folder; its path. Throws
  // Error (lab) when the mirror fails or does not have that version any more.
  std::filesystem::path download(const std::string& name, const std::string& version,
                                 const std::filesystem::path& into, base::Deadline deadline);

  // For messages: "this machine's suites" or the suite's name.
  std::string text() const;

 private:
  std::vector<std::string> command(std::string program) const;
  void write_sources(base::Deadline deadline) const;

  std::string suite_;
  std::filesystem::path folder_;
};

// For find(): the text itself.
std::string regex_escaped(std::string_view text);

// A control stanza as `apt-cache show` prints it.
Package parse_stanza(std::string_view stanza);

}  // namespace refrag::kernels
