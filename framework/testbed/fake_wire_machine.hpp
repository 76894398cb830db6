// SPDX-License-Identifier: GPL-2.0-or-later
// For tests: what a QEMU machine with a bridge over two cards looks like from outside, played by a
// thread that listens on the same three sockets.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "framework/packet/bytes.hpp"
#include "framework/protocol/line.hpp"
#include "framework/protocol/receiver.hpp"
#include "framework/testbed/address.hpp"

namespace refrag::testbed {

class FakeWireMachine {
 public:
  // What becomes of a frame that entered at card a (0) or b (1): whether it leaves at the other.
  using Bridge = std::function<bool(int card, packet::View frame)>;

  explicit FakeWireMachine(Bridge bridge = [](int, packet::View) { return true; })
      : bridge_(std::move(bridge)) {
    for (const auto* name : {"a", "b", "commands"}) listening_.push_back(listen_on(path(name)));
    base::write_file(path("console"), "booted\n");
    thread_ = std::thread([this] { run(); });
  }
  ~FakeWireMachine() {
    quit_ = true;
    thread_.join();
  }

  WireAddress address() const {
    return {path("a"),
            path("b"),
            path("commands"),
            path("console"),
            256,
            {.kind = "wire", .mtu = 1500, .machines = {}, .hypervisor = {}}};
  }
  std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

  std::atomic<bool> answers{true};    // requests on the command port
  std::atomic<std::size_t> flood{0};  // sends frames of that size to both sides all the time
  std::atomic<bool> ends{false};      // closes everything, as a QEMU that exits
  std::map<std::string, std::string> knobs = {{"bridge-nf-call-iptables", "0"}};

 private:
  static base::Fd listen_on(const std::string& path) {
    base::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    if (bind(socket.get(), generic, sizeof address) != 0 || listen(socket.get(), 1) != 0) abort();
    return socket;
  }

  void run() {
    while (!quit_ && !ends) {
      std::vector<pollfd> fds;
      for (int i = 0; i < 3; ++i) {
        fds.push_back({peers_[i] ? peers_[i].get() : listening_[i].get(), POLLIN, 0});
      }
      ::poll(fds.data(), fds.size(), flood > 0 ? 0 : 20);
      if (flood > 0) send_flood();
      for (int i = 0; i < 3; ++i) {
        if (fds[i].revents != 0) serve(i);
      }
    }
    for (auto& peer : peers_) peer.reset();
    listening_.clear();
  }

  // Multicast, so that nobody can say it was not meant for him.
  void send_flood() {
    packet::Bytes frame;
    packet::append32(frame, static_cast<std::uint32_t>(flood));
    frame.resize(4 + flood, 0x33);
    for (int i = 0; i < 4; ++i) {
      for (const auto* peer : {&peers_[0], &peers_[1]}) {
        if (*peer) send(peer->get(), frame.data(), frame.size(), MSG_NOSIGNAL);
      }
    }
  }

  void serve(int i) {
    if (!peers_[i]) {
      peers_[i] = base::Fd(accept4(listening_[i].get(), nullptr, nullptr, SOCK_CLOEXEC));
      streams_[i].clear();
      return;
    }
    char buffer[65536];
    const auto got = recv(peers_[i].get(), buffer, sizeof buffer, 0);
    if (got <= 0) return peers_[i].reset();
    const std::string_view bytes(buffer, static_cast<std::size_t>(got));
    i == 2 ? take_requests(bytes) : take_frames(i, packet::as_bytes(bytes));
  }

  void take_frames(int from, packet::View bytes) {
    auto& stream = streams_[from];
    packet::append(stream, bytes);
    std::size_t at = 0;
    while (stream.size() - at >= 4 && stream.size() - at - 4 >= packet::load32(stream, at)) {
      const auto whole = packet::View(stream).subspan(at, 4 + packet::load32(stream, at));
      at += whole.size();
      const auto& out = peers_[1 - from];
      if (out && bridge_(from, whole.subspan(4))) {
        send(out.get(), whole.data(), whole.size(), MSG_NOSIGNAL);
      }
    }
    stream.erase(stream.begin(), stream.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void take_requests(std::string_view bytes) {
    for (const auto& event : receiver_.feed(bytes)) {
      if (event.kind != protocol::Event::Kind::message || !answers) continue;
      const auto reply = protocol::encode(protocol::Direction::reply, answer(event.message));
      send(peers_[2].get(), reply.data(), reply.size(), MSG_NOSIGNAL);
    }
  }

  protocol::Message answer(const protocol::Message& request) {
    protocol::Message reply{request.sequence, "ok"};
    for (const auto& field : request.fields) {
      const auto equals = field.value.find('=');
      if (field.key == "set") knobs[field.value.substr(0, equals)] = field.value.substr(equals + 1);
    }
    if (request.verb == "hello") {
      reply.add("release", "6.1.0-test");
      reply.add("buildid", "abcd");
    } else if (request.verb == "knobs" || request.verb == "look") {
      add_knobs(request, reply);
    }
    if (request.verb == "look") {
      reply.add("Ip.ReasmOKs", 7);
      if (request.text("zeros") != "0") reply.add("Ip.ReasmFails", 0);
      const auto level = request.text("level");
      if (level) reply.add("line", "<4>[1.0] up to " + std::string(*level));
    }
    return reply;
  }

  void add_knobs(const protocol::Message& request, protocol::Message& reply) {
    const auto state = "state-" + knobs["bridge-nf-call-iptables"];
    reply.add("state", state);
    if (request.text("unless") == state) return;
    for (const auto& [name, value] : knobs) reply.add("knob", name + "=" + value);
  }

  base::TempDir folder_{"fake"};
  Bridge bridge_;
  std::vector<base::Fd> listening_;
  std::array<base::Fd, 3> peers_;
  std::array<packet::Bytes, 3> streams_;
  protocol::Receiver receiver_{protocol::Direction::request};
  std::atomic<bool> quit_{false};
  std::thread thread_;
};

}  // namespace refrag::testbed
