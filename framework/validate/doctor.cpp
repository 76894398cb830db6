// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/validate/doctor.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"
#include "framework/base/text.hpp"
#include "framework/lab/accelerator.hpp"

namespace refrag::validate {

using host::Held;
using host::Survey;

namespace {

constexpr long need_on_host_mib = 100;
constexpr long need_in_cache_mib = 2000;

Check check_kernel(const Survey& survey) {
  const auto os = survey.text("os");
  return {Health::ok, "kernel",
          os.empty() ? survey.release() : fmt::format("{}, {}", survey.release(), os)};
}

Check check_tools(const Survey& survey) {
  const auto lacks = [&](const std::string& program) {
    return std::ranges::none_of(survey.lines("programs"), [&](const std::string& path) {
      return path == program || path.ends_with("/" + program);  // the first is a shell's own
    });
  };
  if (lacks("ip")) return {Health::missing, "tools", "no ip", "apt-get install iproute2"};
  if (lacks("nft")) {
    return {Health::warning, "tools", "no nft: --toggle needs it", "apt-get install nftables"};
  }
  return {Health::ok, "tools", "ip, nft"};
}

Check check_hypervisor(const Survey& survey, const std::string& driver) {
  if (driver == "xen") {
    if (survey.text("xen") == "control_d") return {Health::ok, "hypervisor", "Xen, in its dom0"};
    return {Health::missing, "hypervisor", "this kernel does not run as Xen's dom0",
            "apt-get install xen-system-amd64 && reboot"};
  }
  const auto programs = survey.text("programs");
  if (programs.find("qemu-") == std::string_view::npos) {
    return {Health::missing, "hypervisor", "QEMU is not installed",
            "apt-get install qemu-system-x86"};
  }
  if (survey.text("kvm") == "usable") {
    return {Health::ok, "hypervisor", "QEMU, and a /dev/kvm that only a guest can try"};
  }
  return {Health::warning, "hypervisor", "QEMU without /dev/kvm: guests are emulated",
          "modprobe kvm"};
}

Check check_libvirt(const Survey& survey, const HostUri& uri) {
  if (!uri.socket.empty()) return {Health::ok, "libvirt", "is to listen on " + uri.socket};
  if (survey.has("sockets")) {
    return {Health::ok, "libvirt", fmt::format("listens on {}", survey.lines("sockets").front())};
  }
  return {Health::missing, "libvirt", "no libvirtd listens", "systemctl start libvirtd"};
}

Check check_netfilter(const Survey& survey) {
  if (!survey.has_br_netfilter()) {
    return {Health::ok, "br_netfilter", "not loaded: bridges show nothing to the host's rules"};
  }
  std::vector<std::string> on;
  for (const auto& [name, value] : survey.bridge_sysctls()) {
    if (value != "0") on.push_back(name);
  }
  return {Health::ok, "br_netfilter",
          on.empty() ? std::string("loaded, all of it off")
                     : fmt::format("loaded, on: {}", fmt::join(on, ", "))};
}

Check check_forward(const Survey& survey) {
  if (!survey.drops_forwarded()) return {Health::ok, "FORWARD policy", "accepts"};
  return {Health::warning, "FORWARD policy",
          "drops: with bridge-nf-call-iptables=1 guests do not reach each other",
          "sysctl -w net.bridge.bridge-nf-call-iptables=0"};
}

Check check_meddlers(const Survey& survey) {
  const auto names = survey.meddlers();
  if (names.empty()) return {Health::ok, "others", "no container engine or firewall manager runs"};
  return {Health::warning, "others",
          fmt::format("{}: may set bridge-nf-call-iptables=1 at any time", fmt::join(names, ", ")),
          "sysctl net.bridge.bridge-nf-call-iptables"};
}

Check check_space(const Survey& survey) {
  auto words = base::split(survey.text("space"), ' ');
  std::erase(words, "");
  const auto column = [&](std::size_t i) {
    return words.size() > i ? base::to_number(words[i]).value_or(0) : 0;
  };
  if (column(1) == 0) {
    return {Health::warning, "disk", "the host does not say how much room /var/lib has",
            "df -h /var/lib"};
  }
  const auto mib = column(3) / 1024;
  const auto text = fmt::format("{} MiB free in /var/lib", mib);
  if (mib >= need_on_host_mib) return {Health::ok, "disk", text};
  return {Health::missing, "disk", fmt::format("{}, {} are needed", text, need_on_host_mib),
          "df -h /var/lib"};
}

Check check_leftovers(const host::LeaseState& lease, const HostUri& uri) {
  const auto owner = base::printable(lease.journal.owner);
  if (lease.held == Held::by_somebody) {
    return {Health::warning, "leftovers", fmt::format("{} is at work here", owner)};
  }
  if (lease.held == Held::abandoned) {
    return {Health::warning, "leftovers", fmt::format("{} died and left things", owner),
            fmt::format("refrag clean {}", base::shell_quote(uri.text))};
  }
  return {Health::ok, "leftovers", "none"};
}

Check check_program(const std::string& name, const std::string& package) {
  const auto path = base::find_program(name);
  if (!path.empty()) return {Health::ok, name, path.string()};
  return {Health::missing, name, "not installed", "apt-get install " + package};
}

Check check_cache() {
  auto folder = base::cache_folder();
  while (!base::fs::exists(folder)) folder = folder.parent_path();
  const auto mib = static_cast<long>(base::fs::space(folder).available >> 20);
  const auto text = fmt::format("{} MiB free in {}", mib, folder.string());
  if (mib >= need_in_cache_mib) return {Health::ok, "cache", text};
  return {Health::missing, "cache", fmt::format("{}, {} are needed", text, need_in_cache_mib),
          "export XDG_CACHE_HOME=/a/larger/disk"};
}

}  // namespace

std::string_view to_text(Health health) {
  return health == Health::ok ? "ok" : health == Health::warning ? "warning" : "missing";
}

Check check_rights(const Survey& survey, const HostUri& uri) {
  if (survey.text("user") == "0") return {Health::ok, "rights", "root"};
  return {Health::missing, "rights", "not root: guests and bridges take root",
          uri.is_remote() ? "give root's login, as in root@host" : "sudo -i"};
}

std::vector<Check> check_host(const Survey& survey, const host::LeaseState& lease,
                              const HostUri& uri) {
  return {
      check_kernel(survey),       check_rights(survey, uri), check_hypervisor(survey, uri.driver),
      check_libvirt(survey, uri), check_tools(survey),       check_netfilter(survey),
      check_forward(survey),      check_meddlers(survey),    check_space(survey),
      check_leftovers(lease, uri)};
}

Check check_kvm(base::Deadline deadline) {
  if (::access("/dev/kvm", F_OK) != 0) {
    return {Health::warning, "KVM", "no /dev/kvm: machines are emulated, which is slower",
            "modprobe kvm_intel || modprobe kvm_amd"};
  }
  if (lab::find_accelerator(deadline) == lab::Accelerator::kvm) {
    return {Health::ok, "KVM", "boots a kernel"};
  }
  return {Health::warning, "KVM", "/dev/kvm is there and boots nothing: machines are emulated",
          "dmesg | grep -i kvm   # virtualisation is off in the firmware, or not nested"};
}

std::vector<Check> check_lab(base::Deadline deadline) {
  return {check_program("qemu-system-x86_64", "qemu-system-x86"),
          check_program("ssh", "openssh-client"),
          check_program("mmdebstrap", "mmdebstrap"),
          check_program("depmod", "kmod"),
          check_kvm(deadline),
          check_cache()};
}

std::string text_of(const std::vector<Check>& checks) {
  std::string text;
  for (const auto& check : checks) {
    text += fmt::format("{:8} {}: {}\n", to_text(check.health), check.what, check.text);
    if (!check.mend.empty()) text += fmt::format("{:8}   {}\n", "", check.mend);
  }
  return text;
}

std::string json_of(const std::vector<Check>& checks) {
  auto list = nlohmann::json::array();
  for (const auto& check : checks) {
    list.push_back({{"check", check.what},
                    {"health", to_text(check.health)},
                    {"text", check.text},
                    {"mend", check.mend}});
  }
  return nlohmann::json{{"checks", list}}.dump(2, ' ', false,
                                               nlohmann::json::error_handler_t::replace) +
         "\n";
}

int exit_code(const std::vector<Check>& checks) {
  const bool lacks = std::ranges::any_of(
      checks, [](const Check& check) { return check.health == Health::missing; });
  return lacks ? static_cast<int>(base::Fault::lab) : 0;
}

}  // namespace refrag::validate
