// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/wire/files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include "vm-images/agent/io.hpp"

namespace refrag::wire {
namespace {

using protocol::Message;

// Of one file: the serial port is slow, and a message has an end.
constexpr std::size_t kLimit = 96 * 1024;

// Opening a trace for writing is what clears it.
bool tell(const std::string& path, std::string_view text) {
  const agent::Fd file(open(path.c_str(), O_WRONLY | O_TRUNC | O_CLOEXEC));
  if (!file) return false;
  return text.empty() ||
         write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

Message read_files(const Message& request) {
  Message reply{0, std::string(protocol::kOk)};
  for (const auto& field : request.fields) {
    if (field.key != "path") continue;
    const auto text = agent::read_file(field.value, kLimit);
    if (!text) continue;
    reply.add("path", field.value);
    reply.add("text", *text);
  }
  return reply;
}

Message write_files(const Message& request) {
  Message reply{0, std::string(protocol::kOk)};
  std::string path;
  for (const auto& field : request.fields) {
    if (field.key == "path") path = field.value;
    if (field.key == "text" && !tell(path, field.value)) reply.add("path", path);
  }
  return reply;
}

}  // namespace refrag::wire
