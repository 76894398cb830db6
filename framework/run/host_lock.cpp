// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/host_lock.hpp"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/kernels/cache.hpp"

namespace refrag::run {

using base::Error;
using base::Fault;

namespace {

base::fs::path file_of_host() {
  return base::cache_folder() / "hosts" / (kernels::plain_name(host_name()) + ".lock");
}

bool try_lock(const base::Fd& file, const base::fs::path& path) {
  if (::flock(file.get(), LOCK_EX | LOCK_NB) == 0) return true;
  if (errno == EWOULDBLOCK || errno == EINTR) return false;
  throw Error(Fault::lab,
              fmt::format("cannot lock {}: {}", path.string(), base::errno_text(errno)));
}

}  // namespace

std::string host_name() {
  for (const auto* variable : {"REFRAG_HOST", "SLURMD_NODENAME"}) {
    const char* given = ::getenv(variable);
    if (given != nullptr && *given != '\0') return given;
  }
  char name[256] = {};
  ::gethostname(name, sizeof name - 1);
  return name[0] == '\0' ? "localhost" : name;
}

HostLock::HostLock(const std::string& owner, base::Deadline deadline) {
  const auto path = file_of_host();
  base::make_folder(path.parent_path(), true);
  file_ = base::open_file(path.string(), O_RDWR | O_CREAT, 0600);
  for (std::string told; !try_lock(file_, path);) {
    const auto text = base::read_file(path, 4096);
    const std::string other(base::trim(text));
    if (told != other) base::say(fmt::format("{} is taken by {}: waiting", host_name(), other));
    told = other;
    if (deadline.expired()) {
      throw Error(Fault::lab, fmt::format("{} was taken all the time by {}", host_name(), other),
                  "end it, or give each slot of a machine its own name in REFRAG_HOST");
    }
    base::wait_readable(-1, deadline.sooner(base::milliseconds(100)));
  }
  // Not synced: it is for people, and what matters is the lock.
  if (::ftruncate(file_.get(), 0) == 0) {
    base::write_all(file_.get(), owner + "\n", base::Deadline::never());
  }
}

}  // namespace refrag::run
