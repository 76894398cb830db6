// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/bed.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/log.hpp"
#include "framework/base/text.hpp"
#include "framework/lab/accelerator.hpp"
#include "framework/lab/images.hpp"
#include "framework/testbed/host_log.hpp"
#include "framework/testbed/xen_guests.hpp"

namespace refrag::validate {

using base::Deadline;
using base::seconds;
using host::lease_folder;

namespace {

constexpr int guest_memory_mib = 96;
constexpr const char* guest_arguments =
    "loglevel=5 panic=-1 oops=panic nowatchdog rcupdate.rcu_cpu_stall_suppress=1 cryptomgr.notests "
    "mitigations=off random.trust_cpu=on";
constexpr auto check_time = seconds(20);
constexpr auto guest_time = seconds(240);  // udev and Xen's own scripts, emulated
constexpr auto kvm_agents_time = seconds(30);

class VisitBed : public run::Bed {
 public:
  VisitBed(const Visit& visit, virt::Connection connection, testbed::XenGuests guests,
           std::string log_before)
      : visit_(visit),
        connection_(std::move(connection)),
        guests_(std::move(guests)),
        log_(log_before) {
    properties_ = {{verdict::property::hypervisor, guests_.facts.hypervisor}};
    for (const auto& machine : guests_.facts.machines) {
      properties_[machine.name + ".release"] = machine.release;
      properties_[machine.name + ".build-id"] = machine.build_id;
      properties_[machine.name + ".platform"] = machine.platform;
    }
  }

  const base::fs::path& address() const override { return guests_.address; }
  const std::map<std::string, std::string>& properties() const override { return properties_; }
  int watch_fd() const override { return visit_.link.gone_fd(); }
  std::string console_tail() const override { return {}; }

  verdict::Ending check() override {
    try {
      visit_.shell.run_ok("true", Deadline::in(check_time));
      return {};
    } catch (const base::Error& error) {
      return {verdict::End::lab_failed, error.what()};
    }
  }

  // What was there before we came is not ours to judge.
  std::vector<std::string> kernel_log(Deadline deadline) override {
    return log_.fresh(visit_.shell.run_ok(testbed::HostLog::script, deadline));
  }

  std::map<std::string, std::string> settings(Deadline deadline) override {
    const auto now = host::survey(visit_.shell, deadline);
    std::map<std::string, std::string> properties = {
        {verdict::property::ruleset, base::sha256(now.text("rules"))}};
    for (const auto& [name, value] : now.bridge_sysctls()) {
      properties["host.sysctl." + name] = value;
    }
    return properties;
  }

 private:
  Visit visit_;
  virt::Connection connection_;
  testbed::XenGuests guests_;
  testbed::HostLog log_;
  std::map<std::string, std::string> properties_;
};

bool is_xen(const Visit& visit) { return visit.link.uri().driver == "xen"; }

// A device node says nothing of KVM: this machine's is tried before, another's by our guests.
std::string domain_type(const Visit& visit, Deadline deadline) {
  if (is_xen(visit)) return "xen";
  if (visit.survey.text("kvm") != "usable") return "qemu";
  if (visit.link.uri().is_remote()) return "kvm";
  return lab::find_accelerator(deadline) == lab::Accelerator::kvm ? "kvm" : "qemu";
}

// Xen's own, where it is; the lab's hosts have another.
std::string hotplug_script(const Visit& visit) {
  const auto found = visit.survey.lines("vif-bridge");
  const bool lab_only = found.size() == 1 && found.front().ends_with("/refrag-vif");
  return is_xen(visit) && lab_only ? "refrag-vif" : "";
}

std::string make_bridge_script(const Site& site) {
  return fmt::format(
      "export PATH=$PATH:/usr/sbin:/sbin\n"
      "ip link add name {0} mtu {1} type bridge\n"
      "echo 1 >/proc/sys/net/ipv6/conf/{0}/disable_ipv6 2>/dev/null\n"
      "echo 0 >/sys/class/net/{0}/bridge/forward_delay\n"
      "ip link set {0} up",
      site.bridge, site.mtu);
}

// Off, as it was without it.
constexpr std::string_view load_br_netfilter =
    "[ -d /proc/sys/net/bridge ] || { PATH=$PATH:/usr/sbin:/sbin modprobe br_netfilter &&\n"
    "for hook in /proc/sys/net/bridge/bridge-nf-call-*; do echo 0 >$hook; done; }";

void prepare(const Visit& visit, const lab::GuestImage& guest, Deadline deadline) {
  auto& shell = visit.shell;
  base::doing("making a bridge", [&] {
    const auto script = visit.site.makes_bridge ? make_bridge_script(visit.site) : "true";
    visit.lease.make(changes_of(visit.site, visit.survey), script, deadline);
  });
  if (!visit.toggling.empty()) {
    base::doing("loading br_netfilter for --toggle",
                [&] { visit.lease.make(visit.toggling, load_br_netfilter, deadline); });
  }
  visit.link.send(guest.build.image, std::string(lease_folder) + "/kernel", deadline);
  visit.link.send(guest.initramfs, std::string(lease_folder) + "/initramfs", deadline);
  shell.run_ok("sync", deadline);
}

testbed::XenPlan plan_of(const Visit& visit, const base::fs::path& folder, Deadline deadline) {
  testbed::XenPlan plan;
  plan.kind = is_xen(visit) ? "xen" : "kvm";
  plan.prefix = visit.site.prefix;
  plan.network = {.name = "", .bridge = visit.site.bridge, .mtu = visit.site.mtu};
  plan.guest.kernel = std::string(lease_folder) + "/kernel";
  plan.guest.initrd = std::string(lease_folder) + "/initramfs";
  plan.guest.cmdline =
      fmt::format("console={} {}", is_xen(visit) ? "hvc0" : "ttyS0", guest_arguments);
  plan.guest.memory = guest_memory_mib;
  plan.guest.script = hotplug_script(visit);
  plan.guest.type = domain_type(visit, deadline);
  plan.uuids = visit.site.uuids;
  plan.shell = visit.link.shell();
  plan.folder = folder;
  plan.networks = visit.site.networks;
  plan.guest_time = guest_time;
  if (plan.guest.type == "kvm") plan.agents_time = kvm_agents_time;
  return plan;
}

std::variant<testbed::XenGuests, testbed::NotUp> start_guests(const virt::Connection& connection,
                                                              testbed::XenPlan plan,
                                                              const run::BringUp& wanted) {
  auto up = testbed::bring_up(connection, plan, wanted.events, wanted.deadline);
  const auto* const failed = std::get_if<testbed::NotUp>(&up);
  if (failed == nullptr || plan.guest.type != "kvm") return up;
  base::say(fmt::format("with the host's /dev/kvm: {}; once more without it", failed->what));
  plan.guest.type = "qemu";
  plan.agents_time = testbed::XenPlan().agents_time;
  return testbed::bring_up(connection, plan, wanted.events, wanted.deadline);
}

template <class Work>
auto phase(const run::BringUp& wanted, const std::string& name, Work&& work) {
  wanted.events.begins(name);
  const base::Stopwatch watch;
  auto result = work();
  wanted.events.ended(name, watch.seconds());
  return result;
}

}  // namespace

run::BedOrNot bring_up_on(const Visit& visit, const run::BringUp& wanted) {
  const auto role = is_xen(visit) ? kernels::Role::guest : kernels::Role::kvm_guest;
  const auto guest = lab::guest_image(
      wanted.guest.empty() ? lab::default_guest_kernel : wanted.guest, wanted.deadline, role);
  const auto connect = [&] {
    return virt::Connection::open(visit.libvirt, wanted.deadline.sooner(seconds(60)),
                                  visit.link.gone_fd());
  };
  phase(wanted, "libvirt", connect);  // before anything is changed: it answers
  auto log = phase(wanted, "prepare", [&] {
    prepare(visit, guest, wanted.deadline.sooner(seconds(180)));
    return visit.shell.run_ok(testbed::HostLog::script, wanted.deadline.sooner(seconds(30)));
  });
  // Anew: on a slow line, what was sent kept the first one silent for longer than libvirt bears.
  auto connection = connect();
  const auto plan = plan_of(visit, wanted.folder, wanted.deadline);
  auto up = start_guests(connection, plan, wanted);
  if (auto* failed = std::get_if<testbed::NotUp>(&up)) {
    failed->how = verdict::Outcome::broken;  // a guest's own panic says nothing about the host
    return *failed;
  }
  return std::make_unique<VisitBed>(visit, std::move(connection),
                                    std::get<testbed::XenGuests>(std::move(up)), std::move(log));
}

}  // namespace refrag::validate
