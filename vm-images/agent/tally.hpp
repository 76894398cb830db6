// SPDX-License-Identifier: GPL-2.0-or-later
// Counts echoes of a known set, and looks at every byte of them: replies at the sender's end,
// requests at the other. Pure.
#pragma once

#include <cstdint>
#include <vector>

#include "framework/protocol/sweep.hpp"
#include "vm-images/agent/icmp.hpp"

namespace refrag::agent {

class Tally {
 public:
  enum class Verdict { stray, good, wrong, duplicate };

  struct Entry {
    std::uint32_t good = 0;  // mask over the echoes of the size
    std::uint32_t came = 0;  // mask: in whatever shape
    std::uint32_t wrong_length = 0;
    std::uint32_t wrong_payload = 0;
    std::uint32_t duplicates = 0;
  };

  Tally(std::uint16_t ident, std::uint32_t seed, int count, std::vector<std::uint32_t> sizes);

  // A stray has another identifier or a sequence number that is not in the set. A canary is one.
  Verdict note(const Echo& echo);

  std::size_t echoes() const { return sizes_.size() * static_cast<std::size_t>(count_); }

  const std::vector<std::uint32_t>& sizes() const { return sizes_; }
  const std::vector<Entry>& entries() const { return entries_; }

 private:
  bool is_right(const Echo& echo, std::uint32_t size, Entry& entry) const;

  std::uint16_t ident_;
  std::uint32_t seed_;
  int count_;
  std::vector<std::uint32_t> sizes_;
  std::vector<Entry> entries_;
};

}  // namespace refrag::agent
