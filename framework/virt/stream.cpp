// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/virt/stream.hpp"

#include <array>

#include "framework/base/stop.hpp"
#include "framework/virt/events.hpp"

namespace refrag::virt {

namespace {

using SharedInbox = std::shared_ptr<Inbox>;

// Hands on what is there; false once the stream or the inbox has ended.
bool receive(virStreamPtr stream, Inbox& inbox) {
  std::array<char, 16384> buffer;
  for (;;) {
    const int got = virStreamRecv(stream, buffer.data(), buffer.size());
    if (got == -2) return true;  // nothing more for now
    if (got < 0) inbox.finish(failure("reading").what());
    if (got == 0) inbox.finish("the other side closed it");
    if (got <= 0 || !inbox.put({buffer.data(), static_cast<std::size_t>(got)})) return false;
  }
}

void on_readable(virStreamPtr stream, int, void* opaque) {
  if (!receive(stream, **static_cast<SharedInbox*>(opaque))) {
    virStreamEventUpdateCallback(stream, 0);
  }
}

void forget(void* opaque) { delete static_cast<SharedInbox*>(opaque); }

StreamHandle attach_to(virConnectPtr connection, const std::string& doing,
                       const Stream::Attach& attach, const SharedInbox& inbox) {
  StreamHandle stream(virStreamNew(connection, VIR_STREAM_NONBLOCK));
  if (!stream || attach(stream.get()) < 0) throw failure(doing);
  auto opaque = std::make_unique<SharedInbox>(inbox);
  if (virStreamEventAddCallback(stream.get(), VIR_STREAM_EVENT_READABLE, on_readable, opaque.get(),
                                forget) < 0) {
    throw failure(doing);
  }
  static_cast<void>(opaque.release());  // forget() has it now
  return stream;
}

// The callback goes first, and between two events: libvirt's own streams of files do not bear to be
// closed while theirs runs.
void close(virStreamPtr stream) {
  between_events([stream] { virStreamEventRemoveCallback(stream); }).wait();
  virStreamAbort(stream);
}

}  // namespace

Stream Stream::open(const Connection& connection, const std::string& doing, const Attach& attach,
                    base::Deadline deadline) {
  auto inbox = std::make_shared<Inbox>();
  connection.listeners().add(inbox);
  auto handle = connection.call(doing, deadline, [doing, attach, inbox, on = connection.handle()] {
    return attach_to(on.get(), doing, attach, inbox);
  });
  return {connection, doing, share(std::move(handle), connection), std::move(inbox)};
}

Stream::~Stream() {
  if (!handle_) return;
  const base::StopHeld held;
  try {
    connection_.call("closing a stream", connection_.time_to_close(),
                     [stream = std::move(handle_)] { close(stream.get()); });
  } catch (const std::exception&) {
    // It hangs, and is given up with the thread that it hangs in.
  }
}

void Stream::write(std::string_view bytes, base::Deadline deadline) {
  if (const auto why = why_ended(); !why.empty()) {
    throw base::Error(base::Fault::lab, "while " + doing_ + ": it has ended: " + why);
  }
  connection_.call(doing_, deadline, [doing = doing_, stream = handle_, data = std::string(bytes)] {
    std::string_view left = data;
    while (!left.empty()) {
      const int sent = virStreamSend(stream.get(), left.data(), left.size());
      if (sent == -2) throw base::Error(base::Fault::lab, "while " + doing + ": it takes no more");
      if (sent < 0) throw failure(doing);
      left.remove_prefix(static_cast<std::size_t>(sent));
    }
  });
}

}  // namespace refrag::virt
