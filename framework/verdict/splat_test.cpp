// SPDX-License-Identifier: GPL-2.0-or-later
// The texts are what kernels print, shortened in the middle.
#include "framework/verdict/splat.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/text.hpp"

using namespace refrag::verdict;

namespace {

std::vector<Splat> in(std::string_view text) { return splats_in(refrag::base::split(text, '\n')); }

Splat only(std::string_view text) {
  const auto found = in(text);
  REQUIRE(found.size() == 1);
  return found[0];
}

constexpr std::string_view warning = R"([    1.000000] bridge: up
[   12.345678] ------------[ cut here ]------------
[   12.345679] refcount_t: underflow; use-after-free.
[   12.345680] WARNING: CPU: 1 PID: 314 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110
[   12.345690] Modules linked in: br_netfilter bridge nf_conntrack
[   12.345700] CPU: 1 PID: 314 Comm: ping Not tainted 6.1.0-56-amd64 #1  Debian 6.1.192-2
[   12.345710] RIP: e030:refcount_warn_saturate+0xba/0x110
[   12.345720] Code: 01 01 e8 12 34 <0f> 0b c3 cc
[   12.345730] RSP: e02b:ffffc90040003a08 EFLAGS: 00010282
[   12.345740] Call Trace:
[   12.345741]  <IRQ>
[   12.345742]  ? __warn+0x7d/0xc0
[   12.345743]  ? report_bug+0xe2/0x150
[   12.345744]  br_nf_dev_queue_xmit.isra.0+0x3ab/0x4c0 [br_netfilter]
[   12.345745]  nf_hook_slow+0x3c/0xb0
[   12.345746]  br_forward_finish+0x9a/0xb0 [bridge]
[   12.345747]  </IRQ>
[   12.345748] ---[ end trace 0000000000000000 ]---
[   13.000000] eth0: link up)";

}  // namespace

TEST_CASE("a warning has its place, its functions and its lines", "[verdict]") {
  const auto splat = only(warning);
  CHECK(splat.kind == "warning");
  CHECK(splat.title ==
        "WARNING: CPU: 1 PID: 314 at lib/refcount.c:28 refcount_warn_saturate+0xba/0x110");
  CHECK(splat.fingerprint == "warning:refcount_warn_saturate|br_nf_dev_queue_xmit|nf_hook_slow");
  CHECK(splat.lines.size() == 17);
  CHECK(splat.first == 1);
}

TEST_CASE("the same fault on another processor at another time has the same fingerprint",
          "[verdict]") {
  auto other = std::string(warning);
  for (const auto& [from, to] : {std::pair{"CPU: 1", "CPU: 0"},
                                 {"314", "2718"},
                                 {"0xba/0x110", "0xbb/0x118"},
                                 {"[   12.", "[  912."}}) {
    for (auto at = other.find(from); at != other.npos; at = other.find(from, at + 6)) {
      other.replace(at, std::string_view(from).size(), to);
    }
  }
  CHECK(only(other).fingerprint == only(warning).fingerprint);
  CHECK(only(other).title != only(warning).title);
}

TEST_CASE("warnings of old and of coming kernels are known", "[verdict]") {
  const auto old = only(R"(WARNING: at net/core/dev.c:1918 skb_gso_segment+0x1e5/0x220()
Modules linked in: bridge
Pid: 0, comm: swapper Not tainted 2.6.32 #1
Call Trace:
 <IRQ>  [<ffffffff81068a97>] ? warn_slowpath_common+0x87/0xc0
 [<ffffffff814391f5>] dev_hard_start_xmit+0x1a5/0x530
---[ end trace 4eaa2a86a8e2da22 ]---)");
  CHECK(old.fingerprint == "warning:skb_gso_segment|dev_hard_start_xmit");
  const auto coming = only(R"([    9.1] ------------[ cut here ]------------
[    9.1] WARNING: net/bridge/br_forward.c:41 at br_dev_queue_push_xmit+0x1a/0x1d0 [bridge], CPU#0: swapper/0/0
[    9.1] RIP: 0010:br_dev_queue_push_xmit+0x1a/0x1d0 [bridge]
[    9.1] Call Trace:
[    9.1]  br_forward_finish+0x5/0x10 [bridge]
[    9.1] ---[ end trace 0000000000000000 ]---)");
  CHECK(coming.fingerprint == "warning:br_dev_queue_push_xmit|br_forward_finish");
  CHECK(only("Badness in local_bh_enable at kernel/softirq.c:140").kind == "warning");
}

TEST_CASE("an oops is one splat from its first line to its last", "[verdict]") {
  const auto oops =
      only(R"([   20.1] BUG: kernel NULL pointer dereference, address: 0000000000000018
[   20.1] #PF: supervisor read access in kernel mode
[   20.1] PGD 0 P4D 0
[   20.1] Oops: 0000 [#1] PREEMPT SMP NOPTI
[   20.1] CPU: 0 PID: 12 Comm: ksoftirqd/0 Tainted: G        W  6.1.0 #1
[   20.1] RIP: 0010:br_nf_forward_finish+0x11/0x90 [br_netfilter]
[   20.1] Call Trace:
[   20.1]  <TASK>
[   20.1]  ? page_fault_oops+0xd2/0x2b0
[   20.1]  nf_hook_slow+0x3c/0xb0
[   20.1]  </TASK>
[   20.1] CR2: 0000000000000018
[   20.1] ---[ end trace 0000000000000000 ]---
[   20.2] Kernel panic - not syncing: Fatal exception in interrupt)");
  CHECK(oops.kind == "oops");
  CHECK(oops.fingerprint == "oops:br_nf_forward_finish|nf_hook_slow");
  CHECK(only("general protection fault, probably for non-canonical address 0xdead: 0000 [#1] SMP")
            .kind == "oops");
}

TEST_CASE("a BUG at a line is one splat with its trap", "[verdict]") {
  const auto bug = only(R"(------------[ cut here ]------------
kernel BUG at net/core/skbuff.c:110!
invalid opcode: 0000 [#1] PREEMPT SMP
CPU: 0 PID: 0 Comm: swapper/0 Not tainted 6.1.0 #1
RIP: 0010:skb_panic+0x48/0x4a
Call Trace:
 <IRQ>
 skb_push.cold+0x10/0x10
 ---[ end trace 0 ]---)");
  CHECK(bug.kind == "bug");
  CHECK(bug.fingerprint == "bug:skb_panic|skb_push");
}

TEST_CASE("locks, tasks that hang, stalls and failed allocations are told apart", "[verdict]") {
  const auto lock = only(R"(======================================================
WARNING: possible circular locking dependency detected
6.1.0-lockdep #1 Not tainted
------------------------------------------------------
ping/314 is trying to acquire lock:
ffff888003a0 (&br->lock){+.-.}-{2:2}, at: br_add_if+0x4a/0x640 [bridge]
stack backtrace:
CPU: 0 PID: 314 Comm: ping Not tainted 6.1.0 #1
Call Trace:
 dump_stack_lvl+0x44/0x5c
 check_noncircular+0xf0/0x110
device eth0 entered promiscuous mode)");
  CHECK(lock.kind == "lockdep");
  CHECK(lock.fingerprint == "lockdep:br_add_if|check_noncircular");
  CHECK(lock.lines.back() == " check_noncircular+0xf0/0x110");

  CHECK(only(R"([  242.6] INFO: task kworker/0:1:12 blocked for more than 120 seconds.
[  242.6]       Not tainted 6.1.0 #1
[  242.6] "echo 0 > /proc/sys/kernel/hung_task_timeout_secs" disables this message.
[  242.6] task:kworker/0:1 state:D stack:0 pid:12 ppid:2 flags:0x00004000
[  242.6] Call Trace:
[  242.6]  __schedule+0x34d/0x9e0
[  242.6]  rtnl_lock+0x10/0x20)")
            .fingerprint == "hung task:__schedule|rtnl_lock");
  CHECK(only("watchdog: BUG: soft lockup - CPU#1 stuck for 22s! [ping:314]").fingerprint ==
        "stall:watchdog: BUG: soft lockup - CPU#N stuck for Ns! [ping:N]");
  CHECK(only("rcu: INFO: rcu_sched self-detected stall on CPU").kind == "stall");
  CHECK(only(R"([    5.1] swapper/0: page allocation failure: order:4, mode:0x40cc0(GFP_KERNEL)
[    5.1] Call Trace:
[    5.1]  warn_alloc+0x11e/0x190
[    5.1]  __alloc_pages_slowpath+0xd1a/0xd50)")
            .fingerprint == "page allocation failure:__alloc_pages_slowpath");
}

TEST_CASE("two splats that follow each other are two", "[verdict]") {
  const auto found = in(std::string(warning) + "\n" + std::string(warning));
  REQUIRE(found.size() == 2);
  CHECK(found[1].lines.size() == found[0].lines.size());
  // The second one cuts the first one short.
  const std::string cut(warning.substr(0, warning.find("[   12.345743]")));
  CHECK(in(cut + std::string(warning)).size() == 2);
}

TEST_CASE("what is no fault of the kernel is none", "[verdict]") {
  for (const auto* line :
       {"WARNING: Spectre v2 mitigation leaves CPU vulnerable to RETBleed attacks",
        "traps: suite[314] general protection fault ip:401136 sp:7ffd error:0 in suite[401000]",
        "suite[314]: segfault at 0 ip 0000000000401136 sp 00007ffd error 4 in suite[401000]",
        "\"echo 0 > /proc/sys/kernel/hung_task_timeout_secs\" disables this message.",
        "[Firmware Bug]: TSC doesn't count with P0 frequency!", "ACPI BIOS Error (bug): x",
        "CPU: 0 PID: 1 Comm: init Tainted: G        W", "", "[", "[   1.0]", "<4>[    1.0] ",
        "------------[ cut here ]------------", "bridge: filtering via arp/ip/ip6tables"}) {
    INFO(line);
    CHECK(in(line).empty());
  }
}

TEST_CASE("a log without end costs a splat of bounded length", "[verdict]") {
  std::string text = "WARNING: CPU: 0 PID: 1 at a.c:1 f+0x1/0x2\n";
  for (int i = 0; i < 10'000; ++i) text += " g+0x1/0x2\n";
  CHECK(only(text).lines.size() == Splat::most_lines);
}

TEST_CASE("times and levels are taken off a line", "[verdict]") {
  CHECK(without_time("[   12.345678] x: y") == "x: y");
  CHECK(without_time("<4>[   12.345678] x") == "x");
  CHECK(without_time("[   12.345678][    T1] x") == "x");
  CHECK(without_time("<6>x") == "x");
  CHECK(without_time("[drm] x") == "[drm] x");
  CHECK(without_time("<IRQ>") == "<IRQ>");
}
