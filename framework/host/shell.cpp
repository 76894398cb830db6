// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/shell.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

using base::Error;
using base::Fault;

namespace {

// A host that talks without end must not fill our memory.
constexpr std::size_t reply_limit = 16u << 20;

}  // namespace

Shell::Shell(std::vector<std::string> argv) : argv_(std::move(argv)) {}

void Shell::open() {
  auto to = base::make_pipe();
  auto from = base::make_pipe();
  auto process =
      base::Process::start({.argv = argv_}, {to.read_end.get(), from.write_end.get(), 2});
  channel_.emplace(std::move(to.write_end), std::move(from.read_end), std::move(process));
}

std::string Shell::read_until(const std::string& mark, base::Deadline deadline) {
  std::string seen;
  for (std::size_t searched = 0;;) {
    const auto at = seen.find(mark, searched);
    const auto end = at == std::string::npos ? at : seen.find('\n', at + mark.size());
    if (end != std::string::npos) return seen.substr(0, end);
    searched = at != std::string::npos ? at : seen.size() - std::min(seen.size(), mark.size());
    if (seen.size() > reply_limit) throw Error(Fault::lab, "the host's answer has no end");
    if (!base::wait_readable(channel_->from.get(), deadline)) {
      throw Error(Fault::lab, "the host did not answer in time");
    }
    const auto part = base::read_some(channel_->from.get());
    if (part.empty()) throw Error(Fault::lab, "the connection to the host ended");
    seen += part;
  }
}

Reply Shell::run(std::string_view script, base::Deadline deadline) {
  if (!channel_) open();
  const auto mark = fmt::format("\n@refrag-{}-{} ", ::getpid(), ++sequence_);
  try {
    const auto line = fmt::format("(\n{}\n) </dev/null 2>&1; printf '{}%d\\n' $?\n", script,
                                  "\\n" + mark.substr(1));
    if (!base::write_all(channel_->to.get(), line, deadline)) {
      throw Error(Fault::lab, "the host did not take a command in time");
    }
    const auto seen = read_until(mark, deadline);
    const auto at = seen.rfind(mark);
    auto out = seen.substr(0, at);
    if (out.ends_with('\n')) out.pop_back();
    return {static_cast<int>(base::to_number(seen.substr(at + mark.size())).value_or(255)), out};
  } catch (...) {
    channel_.reset();
    throw;
  }
}

std::string Shell::run_ok(std::string_view script, base::Deadline deadline) {
  auto reply = run(script, deadline);
  if (reply.ok()) return std::move(reply.out);
  throw Error(Fault::lab, fmt::format("the host refused `{}` ({}): {}", base::trim(script),
                                      reply.code, base::last_lines(reply.out, 3)));
}

}  // namespace refrag::host
