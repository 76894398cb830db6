// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/testbed/wire_link.hpp"

#include <algorithm>
#include <cerrno>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include "framework/base/error.hpp"
#include "framework/base/unix_socket.hpp"

namespace refrag::testbed {
namespace {

constexpr std::size_t length_size = 4;

}  // namespace

WireLink::WireLink(base::Fd socket)
    : socket_(std::move(socket)), arrived_(4 * (longest_frame + length_size)) {
  fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
}

WireLink WireLink::connect(const base::fs::path& path, base::Deadline deadline) {
  return WireLink(base::connect_unix(path, deadline));
}

bool WireLink::send(packet::View frame) {
  if (is_broken() || queue_.size() - written_ + frame.size() + length_size > queue_limit) {
    return false;
  }
  packet::append32(queue_, static_cast<std::uint32_t>(frame.size()));
  packet::append(queue_, frame);
  return true;
}

void WireLink::flush() {
  while (wants_to_write()) {
    const auto size = queue_.size() - written_;
    const auto done = ::send(fd(), queue_.data() + written_, size, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && errno == EAGAIN) break;
    if (done < 0) return fail("writing to it: " + base::errno_text(errno));
    written_ += static_cast<std::size_t>(done);
  }
  // Taking away from the front is paid for only once most of it has gone.
  if (written_ * 2 < queue_.size()) return;
  queue_.erase(queue_.begin(), queue_.begin() + static_cast<std::ptrdiff_t>(written_));
  written_ = 0;
}

void WireLink::receive(const std::function<void(packet::View)>& each) {
  if (is_broken()) return;
  const auto got = ::recv(fd(), arrived_.data() + filled_, arrived_.size() - filled_, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (got < 0) return fail("reading from it: " + base::errno_text(errno));
  if (got == 0) return fail("the machine closed it");
  filled_ += static_cast<std::size_t>(got);
  take_frames(each);
}

void WireLink::take_frames(const std::function<void(packet::View)>& each) {
  const auto all = packet::View(arrived_).first(filled_);
  std::size_t at = 0;
  while (filled_ - at >= length_size) {
    const std::size_t size = packet::load32(all, at);
    if (size > longest_frame) return fail(fmt::format("a frame of {} bytes was announced", size));
    if (filled_ - at < length_size + size) break;
    each(all.subspan(at + length_size, size));
    at += length_size + size;
  }
  std::copy(all.begin() + static_cast<std::ptrdiff_t>(at), all.end(), arrived_.begin());
  filled_ -= at;
}

void WireLink::fail(std::string why) {
  problem_ = std::move(why);
  queue_.clear();
  written_ = 0;
}

}  // namespace refrag::testbed
