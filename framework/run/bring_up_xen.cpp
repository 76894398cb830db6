// SPDX-License-Identifier: GPL-2.0-or-later
// Xen in QEMU on this machine, two guests under its libvirt.
#include <algorithm>

#include <fmt/format.h>

#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "framework/host/shell.hpp"
#include "framework/lab/accelerator.hpp"
#include "framework/lab/nested_host.hpp"
#include "framework/run/bring_up.hpp"
#include "framework/testbed/xen_guests.hpp"
#include "framework/virt/connection.hpp"

namespace refrag::run {

using base::Deadline;
using base::seconds;
using verdict::End;

namespace {

// Cheap under emulation; the agent needs little, 65507 bytes in flight need some.
constexpr int guest_memory_mib = 80;

constexpr auto answer_time = seconds(20);  // it takes a twentieth of a second

// What a guest of ours never uses costs time under emulation. clearcpuid=4: without a TSC (bit 4 of
// the first word) the kernel does not measure it against a timer that PV guests do not have, which
// is a hundred thousand traps; lpj spares it the measuring of its delay loop. An initcall that a
// kernel does not have is ignored.
constexpr const char* guest_arguments =
    "console=hvc0 loglevel=5 panic=-1 oops=panic cryptomgr.notests mitigations=off nokaslr "
    "rodata=off noreplace-smp xen_scrub_pages=0 random.trust_cpu=on clearcpuid=4 lpj=10000000 "
    "lsm=capability "
    "initcall_blacklist=audit_classes_init,blake2s_mod_init,bpf_rstat_kfunc_init,"
    "crc64_rocksoft_mod_init,crc_t10dif_mod_init,crypto_kdf108_init,cubictcp_register,"
    "digsig_init,ext4_init_fs,i8042_init,init_dynamic_event,init_encrypted,init_evm,init_ima,"
    "init_kprobe_trace,init_trace_printk_function_export,load_system_certificate_list,"
    "sched_init_debug,serial8250_init,slab_sysfs_init,throtl_init,trace_events_synth_init,"
    "x509_key_init";

class XenBed : public Bed {
 public:
  XenBed(std::unique_ptr<lab::NestedHost> host, virt::Connection connection,
         testbed::XenGuests guests, std::map<std::string, std::string> properties)
      : host_(std::move(host)),
        shell_(host_->shell()),
        connection_(std::move(connection)),
        guests_(std::move(guests)),
        properties_(std::move(properties)) {
    shell_.open();
  }

  const fs::path& address() const override { return guests_.address; }
  const std::map<std::string, std::string>& properties() const override { return properties_; }
  int watch_fd() const override { return host_->death_fd(); }
  std::string console_tail() const override { return host_->console_tail(); }

  // What guests say goes through it: one that stands still looks like two guests that do.
  verdict::Ending check() override {
    const auto death = host_->death();
    if (!death) return ask();
    return {death->how == verdict::Outcome::crashed ? End::host_crashed : End::lab_failed,
            death->what};
  }

  std::vector<std::string> kernel_log(Deadline deadline) override {
    return base::split(shell_.run_ok("dmesg", deadline), '\n');
  }

  std::map<std::string, std::string> settings(Deadline deadline) override {
    const auto said = shell_.run_ok(
        "cd /proc/sys/net/bridge && grep -H . * && echo && nft -s list ruleset", deadline);
    const auto end = std::min(said.find("\n\n"), said.size());
    std::map<std::string, std::string> properties = {
        {verdict::property::ruleset, base::sha256(said.substr(end))}};
    for (const auto& line : base::split(said.substr(0, end), '\n')) {
      const auto colon = std::min(line.find(':'), line.size() - 1);
      properties["host.sysctl." + line.substr(0, colon)] = line.substr(colon + 1);
    }
    return properties;
  }

 private:
  verdict::Ending ask() {
    try {
      shell_.run_ok("true", Deadline::in(answer_time));
      return {};
    } catch (const base::Error& error) {
      return {End::host_hung, error.what()};
    }
  }

  std::unique_ptr<lab::NestedHost> host_;  // outlives what is on it
  host::Shell shell_;
  virt::Connection connection_;
  testbed::XenGuests guests_;
  std::map<std::string, std::string> properties_;
};

testbed::XenPlan plan_of(const lab::NestedHost& host, const fs::path& folder) {
  testbed::XenPlan plan;
  plan.network = {.name = "refrag", .bridge = "virbr0", .address = "192.168.77.1"};
  plan.guest.kernel = lab::NestedHost::guest_kernel;
  plan.guest.initrd = lab::NestedHost::guest_initramfs;
  plan.guest.cmdline = guest_arguments;
  plan.guest.memory = guest_memory_mib;
  plan.guest.script = lab::NestedHost::vif_script;
  plan.shell = host.shell();
  plan.folder = folder;
  plan.is_disposable = true;
  return plan;
}

std::map<std::string, std::string> properties_of(const testbed::Facts& facts,
                                                 const lab::HostImage& host,
                                                 const lab::GuestImage& guest) {
  std::map<std::string, std::string> properties = {
      {"hypervisor", facts.hypervisor}, {"image.host", host.key}, {"image.guest", guest.key}};
  for (const auto& machine : facts.machines) {
    properties[machine.name + ".release"] = machine.release;
    properties[machine.name + ".build-id"] = machine.build_id;
    properties[machine.name + ".platform"] = machine.platform;
  }
  return properties;
}

// What runs has to be what was asked for: hosts have rebooted into another kernel, or without Xen,
// and the tests went on.
std::string mismatch(const testbed::Machine& machine, const kernels::KernelBuild& asked) {
  if (machine.release != asked.release) {
    return fmt::format("{} runs {} and not {}", machine.name, machine.release, asked.release);
  }
  const bool both_known = !asked.build_id.empty() && !machine.build_id.empty();
  if (both_known && machine.build_id != asked.build_id) {
    return fmt::format("the build id of {} is {} and not {}", machine.name, machine.build_id,
                       asked.build_id);
  }
  if (machine.name == "host" && machine.platform != "xen dom0") {
    return fmt::format("the host does not run on Xen but on {}", machine.platform);
  }
  return {};
}

std::string mismatch(const testbed::Facts& facts, const kernels::KernelBuild& host,
                     const kernels::KernelBuild& guest) {
  for (const auto& machine : facts.machines) {
    const auto wrong = mismatch(machine, machine.name == "host" ? host : guest);
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace

void prepare_xen(Deadline deadline) {
  base::require_program("qemu-system-x86_64", "qemu-system-x86");
  base::require_program("ssh", "openssh-client");
  lab::host_image(deadline);
  lab::guest_image(lab::default_guest_kernel, deadline);
}

BedOrNot bring_up_xen(const BringUp& wanted) {
  const auto image = lab::host_image(wanted.deadline);
  const auto guest = lab::guest_image(
      wanted.guest.empty() ? lab::default_guest_kernel : wanted.guest, wanted.deadline);
  const lab::NestedSpec spec{.kernel = wanted.build,
                             .image = image,
                             .guest = guest,
                             .accelerator = lab::find_accelerator(wanted.deadline),
                             .folder = wanted.folder};
  auto booted = lab::NestedHost::boot(spec, wanted.events, wanted.deadline);
  if (auto* failed = std::get_if<testbed::NotUp>(&booted)) return *failed;
  auto host = std::get<std::unique_ptr<lab::NestedHost>>(std::move(booted));
  wanted.events.begins("libvirt");
  const base::Stopwatch watch;
  auto connection = virt::Connection::open(host->libvirt_uri(), wanted.deadline.sooner(seconds(60)),
                                           host->death_fd());
  wanted.events.ended("libvirt", watch.seconds());
  auto up =
      testbed::bring_up(connection, plan_of(*host, wanted.folder), wanted.events, wanted.deadline);
  if (auto* failed = std::get_if<testbed::NotUp>(&up)) {
    // A guest's own panic says nothing about the host's kernel.
    failed->how = verdict::Outcome::broken;
    return host->death().value_or(*failed);
  }
  auto guests = std::get<testbed::XenGuests>(std::move(up));
  if (const auto wrong = mismatch(guests.facts, wanted.build, guest.build); !wrong.empty()) {
    return testbed::NotUp{"proof", verdict::Outcome::broken, wrong, host->console_tail()};
  }
  auto properties = properties_of(guests.facts, image, guest);
  properties[verdict::property::accelerator] = to_text(spec.accelerator);
  return std::make_unique<XenBed>(std::move(host), std::move(connection), std::move(guests),
                                  std::move(properties));
}

}  // namespace refrag::run
