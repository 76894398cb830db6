// SPDX-License-Identifier: GPL-2.0-or-later
// A running QEMU and a thread that reads its console for as long as it runs: a machine whose
// console nobody reads stands still.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "framework/base/fd.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/lab/console_watch.hpp"

namespace refrag::lab {

class ConsolePump {
 public:
  // Starts QEMU; its console goes to `log` (at most 16 MiB of it), its own words to `qemu_log`.
  ConsolePump(const std::vector<std::string>& command_line, const std::filesystem::path& log,
              const std::filesystem::path& qemu_log);
  ~ConsolePump();
  ConsolePump(const ConsolePump&) = delete;
  ConsolePump& operator=(const ConsolePump&) = delete;

  // Waits until the machine has made a mark of that name. False when it died or the deadline
  // passed.
  bool await(const std::string& mark, base::Deadline deadline);

  // The same; false also when it has had this much time for it, as FairClock reckons.
  bool await(const std::string& mark, base::seconds time, base::Deadline deadline);
  bool has(const std::string& mark) const;

  // Readable once a panic was seen or QEMU has ended; stays so.
  int death_fd() const noexcept { return died_.get(); }
  bool dead() const;

  std::optional<std::string> panic() const;
  std::string complaint() const;
  std::string tail() const;

  // What QEMU itself said, for when it ended.
  std::string qemu_said() const;
  base::ExitStatus end();

 private:
  void pump(std::stop_token stop);
  void take(std::string_view bytes);

  std::filesystem::path qemu_log_;
  base::Fd log_;
  std::size_t logged_ = 0;
  base::Fd died_;      // eventfd
  base::Fd progress_;  // eventfd: a mark was made
  base::Fd quit_;      // eventfd: the thread has to end
  mutable std::mutex mutex_;
  std::vector<Mark> marks_;
  ConsoleWatch watch_;
  base::Fd console_;
  base::Process qemu_;
  std::jthread thread_;
};

}  // namespace refrag::lab
