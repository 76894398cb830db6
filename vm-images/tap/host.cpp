// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/tap/host.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include <fcntl.h>
#include <unistd.h>

#include "framework/protocol/message.hpp"

namespace refrag::tap {
namespace {

constexpr std::size_t kLongestLog = 256 << 10;  // bytes of one answer

std::string_view take(std::string_view& text, char end) {
  const auto at = std::min(text.find(end), text.size());
  const auto part = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, text.size()));
  return part;
}

// "PRIORITY,SEQUENCE,MICROSECONDS,FLAGS;TEXT\n", and lines that do not matter here.
std::string line_of(std::string_view record) {
  auto head = take(record, ';');
  take(head, ',');
  take(head, ',');
  const auto at = protocol::to_number(take(head, ',')).value_or(0);
  char time[40];
  std::snprintf(time, sizeof time, "[%5lld.%06lld] ", static_cast<long long>(at / 1'000'000),
                static_cast<long long>(at % 1'000'000));
  return time + std::string(take(record, '\n')) + "\n";
}

}  // namespace

std::string_view take_word(std::string_view& text) { return take(text, ' '); }

agent::Problem write_setting(std::string_view request) {
  const std::string path(take(request, ' '));
  return agent::write_file(path, request) ? agent::Problem() : agent::problem(path);
}

std::string read_settings(std::string_view paths) {
  std::string all;
  while (!paths.empty()) {
    const std::string path(take(paths, ' '));
    const auto text = agent::read_file(path);
    for (std::string_view rest = text ? *text : std::string_view(); !rest.empty();) {
      all += path + ":" + std::string(take(rest, '\n')) + "\n";
    }
  }
  return all;
}

wire::Ports ports_of(const std::string& a, const std::string& b) {
  char target[256];
  const auto link = "/sys/class/net/" + a + "/brport/bridge";
  const auto size = readlink(link.c_str(), target, sizeof target);
  const std::string_view path(target, size > 0 ? static_cast<std::size_t>(size) : 0);
  return {std::string(path.substr(path.rfind('/') + 1)), {a, b}};
}

agent::Problem set_knob(const wire::Ports& ports, std::string_view request) {
  const std::string name(take(request, ' '));
  return wire::set_port_knob(ports, name, std::string(request)).value_or("no such knob: " + name);
}

std::string read_knobs(const wire::Ports& ports) {
  std::string all;
  for (const auto& [name, value] : wire::read_port_knobs(ports)) all += name + " " + value + "\n";
  return all;
}

void KernelLog::open() {
  file_ = agent::Fd(::open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  if (file_) lseek(file_.get(), 0, SEEK_END);
}

// A read is a record. EPIPE: some were overwritten before they were read.
std::string KernelLog::take() {
  std::string all;
  char record[8192];
  while (file_ && all.size() < kLongestLog) {
    const auto got = read(file_.get(), record, sizeof record);
    if (got < 0 && (errno == EPIPE || errno == EINTR)) continue;
    if (got <= 0) break;
    all += line_of({record, static_cast<std::size_t>(got)});
  }
  return all;
}

}  // namespace refrag::tap
