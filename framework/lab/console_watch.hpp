// SPDX-License-Identifier: GPL-2.0-or-later
// What a machine says on its console, turned into events as the bytes come. Any bytes are allowed.
#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace refrag::lab {

// "refrag: sshd ready 15.891": a rung of the ladder and the machine's own uptime in seconds.
struct Mark {
  std::string name;
  double uptime = 0;
  bool operator==(const Mark&) const = default;
};

class ConsoleWatch {
 public:
  explicit ConsoleWatch(std::function<void(const Mark&)> on_mark) : on_mark_(std::move(on_mark)) {}

  void feed(std::string_view bytes);

  // The first line that says the kernel or the hypervisor is dead.
  const std::optional<std::string>& panic() const noexcept { return panic_; }

  // What our own init said went wrong, with the lines it quoted from a service's log.
  const std::string& complaint() const noexcept { return complaint_; }

  // The last lines, printable, at most 60.
  std::string tail() const;

 private:
  void take_line(std::string_view line);
  void take_ours(std::string_view text);

  std::function<void(const Mark&)> on_mark_;
  std::string partial_;
  std::deque<std::string> lines_;
  std::optional<std::string> panic_;
  std::string complaint_;
};

// Whether a console line says that a kernel or the hypervisor is dead. An oops is: the machines
// under test are told to panic on it.
bool is_panic(std::string_view line);

}  // namespace refrag::lab
