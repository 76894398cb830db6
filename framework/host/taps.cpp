// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/taps.hpp"

#include <array>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/packet/tag_list.hpp"

namespace refrag::host {

using base::Deadline;
using base::Error;
using base::Fault;

namespace {

constexpr std::size_t longest_line = 4096;
constexpr long largest_dump = 256l << 20;

Taps::Time clock_time() {
  return std::chrono::duration_cast<Taps::Time>(
      std::chrono::system_clock::now().time_since_epoch());
}

std::string request_for(const std::vector<Files::Setting>& settings,
                        std::string_view verb = "write") {
  std::string request;
  for (const auto& [name, text] : settings) request += fmt::format("{} {} {}\n", verb, name, text);
  return request;
}

}  // namespace

Taps::Taps(std::vector<std::string> argv, const std::vector<std::string>& devices,
           const std::string& path)
    : Taps(std::move(argv), devices, path, base::make_pipe(), base::make_pipe()) {}

Taps::Taps(std::vector<std::string> argv, const std::vector<std::string>& devices,
           const std::string& path, base::Pipe to, base::Pipe from)
    : to_(std::move(to.write_end)),
      from_(std::move(from.read_end)),
      process_(base::Process::start({.argv = std::move(argv)},
                                    {to.read_end.get(), from.write_end.get(), 2})) {
  // The shell becomes the program: from then on the channel is its.
  auto command = "exec " + base::shell_quote(path);
  for (const auto& device : devices) command += fmt::format(" {}", base::shell_quote(device));
  base::write_all(to_.get(), command + " 2>&1\n", Deadline::in(base::seconds(5)));
}

void Taps::read_more(Deadline deadline) {
  if (!base::wait_readable(from_.get(), deadline)) {
    throw Error(Fault::lab, "the host's taps did not answer in time");
  }
  const auto part = base::read_some(from_.get());
  if (part.empty()) {
    throw Error(Fault::lab, "the host's taps ended: " + base::last_lines(heard_, 2));
  }
  heard_ += part;
}

std::string Taps::read_line(Deadline deadline) {
  for (;;) {
    const auto end = heard_.find('\n');
    if (end != std::string::npos) {
      auto line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    if (heard_.size() > longest_line) throw Error(Fault::lab, "the host's taps talk nonsense");
    read_more(deadline);
  }
}

std::string Taps::await(Deadline deadline) {
  constexpr std::string_view answer = "time ";
  if (problem_.empty()) return {};
  try {
    auto line = read_line(deadline);
    if (line == "ready") {
      base::write_all(to_.get(), "time\n", deadline);
      line = read_line(deadline);
    }
    const auto time = line.starts_with(answer)
                          ? base::to_number(std::string_view(line).substr(answer.size()))
                          : std::nullopt;
    if (time) {
      problem_.clear();
      ahead_ = Time(*time) - clock_time();
    } else {
      problem_ = base::printable(line);
    }
  } catch (const Error& error) {
    problem_ = error.what();
  }
  return problem_;
}

Taps::Time Taps::now() const { return clock_time() + ahead_; }

void Taps::begin(Deadline deadline) { base::write_all(to_.get(), "begin\n", deadline); }

void Taps::ask(Time since, int mtu, const std::optional<Retag>& retag, Deadline deadline) {
  hear_judgement(deadline);
  judged_.reset();
  auto request = fmt::format("judge {} {}", since.count(), mtu);
  if (retag) {
    request += fmt::format(" {} {}", packet::to_word(retag->first), packet::to_word(retag->second));
  }
  base::write_all(to_.get(), request + "\n", deadline);
  is_asked_ = true;
}

Taps::Judged Taps::answer(Deadline deadline) {
  hear_judgement(deadline);
  if (!judged_) throw Error(Fault::lab, "the host's taps were not asked");
  return *judged_;
}

// It comes before the answer to anything that is asked later.
void Taps::hear_judgement(Deadline deadline) {
  if (!is_asked_) return;
  const auto words = base::split(read_line(deadline), ' ');
  is_asked_ = false;
  auto& judged = judged_.emplace();
  const std::array numbers = {&judged.entered,  &judged.left,       &judged.refragmented,
                              &judged.unjudged, &judged.violations, &judged.missed};
  bool is_whole = words.front() == "judged" && words.size() == numbers.size() + 1;
  for (std::size_t i = 0; is_whole && i < numbers.size(); ++i) {
    const auto number = base::to_number(words[i + 1]);
    is_whole = number && *number >= 0 && *number <= std::numeric_limits<int>::max();
    if (is_whole) *numbers[i] = static_cast<int>(*number);
  }
  if (!is_whole) throw Error(Fault::lab, "the host's taps talk nonsense");
}

std::string Taps::read_bytes(std::size_t size, Deadline deadline) {
  while (heard_.size() < size) read_more(deadline);
  auto bytes = heard_.substr(0, size);
  heard_.erase(0, size);
  return bytes;
}

// "WHAT BYTES" and that many.
std::string Taps::read_long(std::string_view what, Deadline deadline) {
  const auto words = base::split(read_line(deadline), ' ');
  const auto size = words.size() == 2 ? base::to_number(words[1]).value_or(-1) : -1;
  if (words.front() != what || size < 0 || size > largest_dump) {
    throw Error(Fault::lab, "the host's taps talk nonsense");
  }
  return read_bytes(static_cast<std::size_t>(size), deadline);
}

void Taps::read_rules(Told& told, std::string& failed, Deadline deadline) {
  const auto line = read_line(deadline);
  const auto words = base::split(line, ' ');
  constexpr std::array names = {"Forward.ip", "Forward.ip6", "Forward.bridge"};
  if (words.front() != "rules" || words.size() != names.size() + 2) {
    if (failed.empty()) failed = "rules: " + base::printable(line);
    return;
  }
  told.rules = words[1];
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (const auto number = base::to_number(words[i + 2])) told.counters[names[i]] = *number;
  }
}

verdict::Knobs Taps::read_knobs(Deadline deadline) {
  verdict::Knobs knobs;
  for (const auto& line : base::split(read_long("knobs", deadline), '\n')) {
    const auto words = base::split(base::printable(line), ' ');
    if (words.size() == 2) knobs[words[0]] = words[1];
  }
  return knobs;
}

// The paths that did not take it, and why the first did not.
std::vector<std::string> Taps::read_written(const std::vector<Setting>& settings, std::string& why,
                                            Deadline deadline) {
  std::vector<std::string> failed;
  for (const auto& [path, text] : settings) {
    const auto line = read_line(deadline);
    if (line == "written") continue;
    if (failed.empty() && why.empty()) why = base::printable(line);
    failed.push_back(path);
  }
  return failed;
}

std::map<std::string, std::string> Taps::read(const std::vector<std::string>& paths,
                                              Deadline deadline) {
  hear_judgement(deadline);
  base::write_all(to_.get(), fmt::format("files {}\n", fmt::join(paths, " ")), deadline);
  return texts_of(read_long("files", deadline), paths);
}

std::vector<std::string> Taps::write(const std::vector<Setting>& settings, Deadline deadline) {
  hear_judgement(deadline);
  base::write_all(to_.get(), request_for(settings), deadline);
  std::string why;
  return read_written(settings, why, deadline);
}

// What fails is told when all has been answered, or the next answers would not be the next.
Taps::Told Taps::look(const Wish& wish, Deadline deadline) {
  hear_judgement(deadline);
  auto request = request_for(wish.knobs, "set") + request_for(wish.settings);
  request += wish.rules.empty() ? "rules\n" : fmt::format("rules {}\n", wish.rules);
  request += fmt::format("knobs\nfiles {}\nlog\n", fmt::join(wish.files, " "));
  base::write_all(to_.get(), request, deadline);
  Told told;
  std::string failed;
  read_written(wish.knobs, failed, deadline);
  read_written(wish.settings, failed, deadline);
  read_rules(told, failed, deadline);
  told.knobs = read_knobs(deadline);
  told.files = read_long("files", deadline);
  told.log = read_long("log", deadline);
  if (!failed.empty()) throw Error(Fault::lab, "the host does not take it: " + failed);
  return told;
}

Taps::Dump Taps::dump(Time since, Deadline deadline) {
  hear_judgement(deadline);
  base::write_all(to_.get(), fmt::format("dump {}\n", since.count()), deadline);
  const auto words = base::split(read_line(deadline), ' ');
  const auto number = [&](std::size_t i) {
    return i < words.size() ? base::to_number(words[i]).value_or(-1) : -1;
  };
  const auto size = number(1);
  if (words.front() != "pcapng" || size < 0 || size > largest_dump || number(2) < 0) {
    throw Error(Fault::lab, "the host's taps talk nonsense");
  }
  return {read_bytes(static_cast<std::size_t>(size), deadline),
          static_cast<std::size_t>(number(2))};
}

}  // namespace refrag::host
