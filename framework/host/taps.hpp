// SPDX-License-Identifier: GPL-2.0-or-later
// Captures at devices of a host: one program of ours there (vm-images/tap) on a channel of its own
// keeps the last frames in memory. While nobody asks, nothing is sent and nothing is forked there.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/base/deadline.hpp"
#include "framework/base/fd.hpp"
#include "framework/base/process.hpp"
#include "framework/host/files.hpp"
#include "framework/packet/capture.hpp"
#include "framework/packet/link.hpp"
#include "framework/verdict/evidence.hpp"

namespace refrag::host {

class Taps : public Files {
 public:
  using Time = std::chrono::nanoseconds;  // of the host's clock

  static constexpr const char* program = "/usr/bin/refrag-tap";

  // argv starts a POSIX shell on the host. Starts to listen at the devices; see await().
  Taps(std::vector<std::string> argv, const std::vector<std::string>& devices,
       const std::string& path = program);

  // Until it listens. Why it does not; empty when it does.
  std::string await(base::Deadline deadline);

  // What the host's clock shows now, as the exchange at the start tells.
  Time now() const;

  // What finds no room from now on counts as missed.
  void begin(base::Deadline deadline);

  // What the bridge's VLANs make of a frame's tags between the first device and the second.
  using Retag = std::pair<std::vector<packet::Tag>, std::vector<packet::Tag>>;

  // Has what was seen since then judged by the oracle there, for ports of that MTU.
  void ask(Time since, int mtu, const std::optional<Retag>& retag, base::Deadline deadline);

  struct Judged {
    int entered = 0;  // see oracle::Findings
    int left = 0;
    int refragmented = 0;
    int unjudged = 0;
    int violations = 0;
    int missed = 0;  // frames that found no room since the beginning
  };

  // What came of it; waits until it is known. Throws Error (lab) when it does not answer.
  Judged answer(base::Deadline deadline);

  // The host's files, without a process there. Paths have no blanks, texts no ends of line.
  std::map<std::string, std::string> read(const std::vector<std::string>& paths,
                                          base::Deadline deadline) override;
  std::vector<std::string> write(const std::vector<Setting>& settings,
                                 base::Deadline deadline) override;

  // What else the program is asked, all in one round trip and without a process on the host.
  struct Wish {
    std::vector<Setting> knobs = {};  // by name, of vm-images/wire/port_knobs.hpp; set first
    std::vector<Setting> settings = {};
    std::string rules = {};  // to be set; empty: as they are
    std::vector<std::string> files = {};
  };
  struct Told {
    verdict::Knobs knobs;        // those of vm-images/wire/port_knobs.hpp
    std::string rules;           // in force, by name; see vm-images/wire/nftables.hpp
    verdict::Counters counters;  // packets they have seen: Forward.ip, .ip6 and .bridge
    std::string files;           // "PATH:LINE", of those that are there
    std::string log;             // the kernel's messages since the last time, as dmesg has them
  };

  // Throws Error (lab), also when a setting cannot be made.
  Told look(const Wish& wish, base::Deadline deadline);

  // A pcapng file with one interface for each device: what was seen since then.
  struct Dump {
    std::string file;
    std::size_t missed = 0;  // frames that found no room there since the beginning
  };

  // Throws Error (lab) when it does not answer.
  Dump dump(Time since, base::Deadline deadline);

 private:
  Taps(std::vector<std::string> argv, const std::vector<std::string>& devices,
       const std::string& path, base::Pipe to, base::Pipe from);
  void hear_judgement(base::Deadline deadline);
  std::string read_line(base::Deadline deadline);
  std::string read_bytes(std::size_t size, base::Deadline deadline);
  std::string read_long(std::string_view what, base::Deadline deadline);
  std::vector<std::string> read_written(const std::vector<Setting>& settings, std::string& why,
                                        base::Deadline deadline);
  verdict::Knobs read_knobs(base::Deadline deadline);
  void read_rules(Told& told, std::string& failed, base::Deadline deadline);
  void read_more(base::Deadline deadline);

  base::Fd to_;
  base::Fd from_;
  base::Process process_;
  std::string heard_;
  bool is_asked_ = false;         // and the answer is still to come
  std::optional<Judged> judged_;  // that nobody has fetched yet
  std::string problem_ = "it was not waited for";
  Time ahead_{};  // the host's clock before ours
};

}  // namespace refrag::host
