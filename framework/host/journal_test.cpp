// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/journal.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"
#include "framework/host/shell.hpp"

using namespace refrag;
using host::Change;
using host::ChangeKind;

namespace {

const Change bridge{ChangeKind::link, "refrag-1a2b"};
const Change sysctl{ChangeKind::sysctl, "net/bridge/bridge-nf-call-iptables", "1"};
const Change file{ChangeKind::file, "/var/log/libvirt/qemu/refrag-1a2b-a.log"};

std::string text_of(std::initializer_list<Change> changes) {
  auto text = host::first_line("root@build7, process 4711", "boot-1");
  for (const auto& change : changes) text += host::line_of(change);
  return text;
}

host::Reply undo_here(const Change& change) {
  host::Shell shell({"sh"});
  return shell.run(host::undo_script(change), base::Deadline::in(base::seconds(20)));
}

}  // namespace

TEST_CASE("a journal says who began and what was changed, in order", "[host]") {
  const auto journal = host::parse_journal(text_of({bridge, sysctl, file}));
  CHECK(journal.owner == "root@build7, process 4711");
  CHECK(journal.boot == "boot-1");
  CHECK(journal.changes == std::vector{bridge, sysctl, file});
  CHECK(journal.unreadable == 0);
}

TEST_CASE("the latest change is undone first", "[host]") {
  const auto journal = host::parse_journal(text_of({bridge, sysctl, file}));
  CHECK(host::to_undo(journal, "boot-1") == std::vector{file, sysctl, bridge});
}

TEST_CASE("a host that has booted since has forgotten all but files", "[host]") {
  const auto journal = host::parse_journal(text_of({bridge, sysctl, file}));
  CHECK(host::to_undo(journal, "boot-2") == std::vector{file});
}

TEST_CASE("a line that was cut off was never acted on, and is no trouble", "[host]") {
  const auto whole = text_of({bridge, file});
  for (std::size_t length = 0; length < whole.size(); ++length) {
    const auto journal = host::parse_journal(whole.substr(0, length));
    CHECK(journal.unreadable == 0);
    CHECK(journal.changes.size() <= 1);
  }
}

TEST_CASE("a journal of nonsense is counted and never acted on", "[host]") {
  const auto journal = host::parse_journal(
      "[]\nnull\n{\"kind\":\"link\"}\n{\"kind\":7,\"name\":\"x\"}\n{\"kind\":\"rocket\",\"name\":"
      "\"x\"}\n\xff\xfe\n{\"kind\":\"file\",\"name\":\"/etc\"}\n"
      "{\"kind\":\"file\",\"name\":\"/refrag/../etc\"}\n{\"kind\":\"file\",\"name\":\"refrag\"}\n");
  CHECK(journal.changes.empty());
  CHECK(journal.unreadable == 9);
}

TEST_CASE("a journal that somebody else wrote touches nothing but ours", "[host]") {
  for (const Change& change :
       {Change{ChangeKind::sysctl, "kernel/panic", "1"},
        Change{ChangeKind::sysctl, "net/bridge/../../kernel/panic", "1"},
        Change{ChangeKind::sysctl, "net/bridge/bridge-nf-call-iptables", "1; reboot"},
        Change{ChangeKind::table, "inet filter"}, Change{ChangeKind::link, "eth0"},
        Change{ChangeKind::link, "refrag-/../eth0"}, Change{ChangeKind::link, "refrag-$(reboot)"},
        Change{ChangeKind::link, "refrag-\x1b]0;owned\a"}, Change{ChangeKind::domain, "web"},
        Change{ChangeKind::modules, "tun; reboot", ""}, Change{ChangeKind::file, "/refrag/etc"}}) {
    INFO(change.name);
    const auto journal = host::parse_journal(text_of({change}));
    CHECK(journal.changes.empty());
    CHECK(journal.unreadable == 1);
  }
}

TEST_CASE("what was never made is undone without a word, as often as one likes", "[host]") {
  for (const auto& change : {bridge, file, Change{ChangeKind::table, "ip refrag-none"},
                             Change{ChangeKind::sysctl, "net/bridge/no-such-knob", "1"},
                             Change{ChangeKind::modules, "no_such_module", ""}}) {
    const auto reply = undo_here(change);
    CHECK(reply.ok());
    CHECK(reply.out.empty());
  }
}

TEST_CASE("a file is gone after its undo, with all that is in it", "[host]") {
  const base::TempDir folder("journal");
  const auto path = folder.path() / "refrag 'quoted'";
  base::make_folder(path);
  base::write_file(path / "inside", "x");
  CHECK(undo_here({ChangeKind::file, path.string()}).ok());
  CHECK_FALSE(base::fs::exists(path));
}

TEST_CASE("every change can be told to a person", "[host]") {
  CHECK(host::by_hand(sysctl) == "echo 1 >/proc/sys/net/bridge/bridge-nf-call-iptables");
  CHECK(host::by_hand(bridge) == "ip link delete refrag-1a2b");
  CHECK(host::by_hand({ChangeKind::domain, "refrag-1a2b-a"}) == "virsh destroy refrag-1a2b-a");
}
