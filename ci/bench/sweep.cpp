// SPDX-License-Identifier: GPL-2.0-or-later
// One sweep of 100 sizes in two guests against a shell loop of pings over the same sizes in the
// same guests: once where all pass, once where the bridge loses half of them (VLAN 3, the founding
// bug). And what it costs that every sweep is captured and judged: cells of a suite on the same
// host, by turns with captures and without. Arguments: a static busybox, and the guests' first
// process (guest-init).
#include <algorithm>
#include <fstream>
#include <map>
#include <numeric>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/stop.hpp"
#include "framework/base/text.hpp"
#include "framework/host/knobs.hpp"
#include "framework/kernels/initramfs.hpp"
#include "framework/lab/nested_host.hpp"
#include "framework/testbed/xen_guests.hpp"

using namespace refrag;
using base::Deadline;

namespace {

constexpr const char* kernel = "debian:6.1+replica:vlan-not-refragmented";
Deadline patience() { return Deadline::in(std::chrono::minutes(10)); }

lab::GuestImage guest_with_shell(const std::string& busybox, const std::string& init) {
  auto guest = lab::guest_image(lab::default_guest_kernel, patience());
  guest.initramfs = kernels::make_initramfs(guest.build,
                                            {.modules = kernels::modules_for(kernels::Role::guest),
                                             .files = {{"/init", init},
                                                       {"/agent", lab::machine_program("agent")},
                                                       {"/bin/busybox", busybox}}},
                                            patience());
  return guest;
}

template <class Thing>
Thing up(std::variant<Thing, testbed::NotUp> booted) {
  if (auto* failed = std::get_if<testbed::NotUp>(&booted)) {
    throw base::Error(base::Fault::lab, failed->what + failed->console_tail);
  }
  return std::get<Thing>(std::move(booted));
}

testbed::XenPlan plan_of(const lab::NestedHost& host, const base::fs::path& folder) {
  testbed::XenPlan plan;
  plan.network = {.name = "refrag", .bridge = "virbr0", .address = "192.168.77.1"};
  plan.guest = {.kernel = lab::NestedHost::guest_kernel,
                .initrd = lab::NestedHost::guest_initramfs,
                .cmdline = "console=hvc0 quiet bench=" + virt::mac_of("refrag-a"),
                .script = lab::NestedHost::vif_script};
  plan.shell = host.shell();
  plan.folder = folder;
  plan.is_disposable = true;
  return plan;
}

// Seconds of each of the guest's own loops, by name, and how many pings were answered.
std::map<std::string, std::pair<double, int>> loops_in(const std::string& log) {
  std::map<std::string, std::pair<double, int>> loops;
  for (const auto& line : base::split(log, '\n')) {
    std::istringstream words(line);
    std::string bench, name;
    double start = 0, end = 0;
    int answered = 0;
    if (words >> bench >> name >> start >> end >> answered && bench == "bench:") {
      loops[name] = {end - start, answered};
    }
  }
  return loops;
}

void compare(testbed::Testbed& bed, const std::string& name, int first,
             const std::pair<double, int>& loop) {
  testbed::Traffic traffic{.tag = "vlan3", .sizes = std::vector<int>(100), .count = 1};
  std::iota(traffic.sizes.begin(), traffic.sizes.end(), first);
  bed.warm(traffic, patience());
  const base::Stopwatch watch;
  int good = 0;
  for (const auto& echo : bed.sweep(traffic, patience())) good += echo.good;
  const double took = watch.seconds();
  fmt::print(
      "{:9}  sweep {:6.2f} s ({} answered)  ping loop {:6.2f} s ({} answered)  {:.0f} times\n",
      name, took, good, loop.first, loop.second, loop.first / took);
}

// Seconds of one cell as a suite has it, all echoes answered.
double seconds_of_cell(testbed::Testbed& bed) {
  const testbed::Traffic traffic{
      .tag = "none",
      .sizes = {0, 56, 1400, 1471, 1472, 1473, 1476, 1477, 2000, 2952, 2953, 8000, 65507}};
  const base::Stopwatch watch;
  bed.set_knobs({{std::string(verdict::knob::conntrack_rule), "present"}}, patience());
  bed.warm(traffic, patience());
  for (const auto& echo : bed.sweep(traffic, patience())) {
    if (echo.good != echo.sent) throw base::Error(base::Fault::lab, "an echo was lost");
  }
  bed.aftermath(patience());
  const auto glance = bed.glance(patience());
  if (glance && !glance->is_clean) throw base::Error(base::Fault::lab, "a capture is not clean");
  return watch.seconds();
}

// Seconds that the emulated machine, our only child that is not ssh, has had of this one's
// processors.
double seconds_of_machine() {
  double most = 0;
  for (const auto& entry : base::fs::directory_iterator("/proc")) {
    std::ifstream file(entry.path() / "stat");
    std::string text;
    if (!std::getline(file, text)) continue;
    std::istringstream words(text.substr(std::min(text.rfind(')') + 1, text.size())));
    std::string word;
    int parent = 0;
    words >> word >> parent;
    if (parent != ::getpid()) continue;
    for (int i = 5; i < 14; ++i) words >> word;
    double user = 0, system = 0;
    words >> user >> system;
    most = std::max(most, (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK)));
  }
  return most;
}

double median(std::vector<double> all) {
  std::ranges::sort(all);
  return all[all.size() / 2];
}

void cost_of_captures(const base::fs::path& address) {
  constexpr int turns = 4, cells = 5;
  struct Times {
    std::vector<double> wall = {}, work = {};
  } with, without;
  for (int turn = 0; turn < turns; ++turn) {
    for (auto* times : {&with, &without}) {
      const auto bed = testbed::attach(address, patience());
      if (times == &with) bed->listen(patience());
      seconds_of_cell(*bed);  // the taps are up afterwards
      for (int cell = 0; cell < cells; ++cell) {
        const double before = seconds_of_machine();
        times->wall.push_back(seconds_of_cell(*bed));
        times->work.push_back(seconds_of_machine() - before);
      }
    }
  }
  const auto show = [](const char* what, std::vector<double> on, std::vector<double> off) {
    const double a = median(std::move(on)), b = median(std::move(off));
    fmt::print("captures: {} {:.3f} s with them, {:.3f} s without: {:+.1f} % (at most 15)\n", what,
               a, b, 100 * (a / b - 1));
  };
  show("a cell takes", with.wall, without.wall);
  show("the machine works", with.work, without.work);
}

void measure(const std::string& busybox, const std::string& init) {
  const base::TempDir folder("bench");
  const testbed::PhaseEvents silent{[](auto&) {}, [](auto&, double) {}};
  const lab::NestedSpec spec{.kernel = kernels::open_kernel(kernel, patience()),
                             .image = lab::host_image(patience()),
                             .guest = guest_with_shell(busybox, init),
                             .folder = folder.path()};
  const auto host = up(lab::NestedHost::boot(spec, silent, patience()));
  host::Shell shell(host->shell());
  host::HostKnobs(shell).set({{std::string(verdict::knob::call_iptables), "1"},
                              {std::string(verdict::knob::filter_vlan_tagged), "1"},
                              {std::string(verdict::knob::conntrack_rule), "present"}},
                             patience());
  const auto connection = virt::Connection::open(host->libvirt_uri(), patience());
  const auto guests =
      up(testbed::bring_up(connection, plan_of(*host, folder.path()), silent, patience()));
  const auto loops = loops_in(base::read_file(folder.path() / "guest-a.log"));
  if (loops.size() != 2)
    throw base::Error(base::Fault::lab, base::read_file(folder.path() / "guest-a.log"));
  {
    const auto bed = testbed::attach(guests.address, patience());
    compare(*bed, "all pass", 1377, loops.at("all-pass"));
    compare(*bed, "half lost", 1427, loops.at("half-lost"));
  }
  cost_of_captures(guests.address);
}

}  // namespace

int main(int argc, char** argv) {
  base::install_stop_handlers();
  try {
    if (argc != 3) throw base::Error(base::Fault::usage, "usage: refrag-bench-sweep BUSYBOX INIT");
    measure(argv[1], argv[2]);
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 4;
  }
}
