// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/survey.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <regex>

#include <arpa/inet.h>
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace refrag::host {

namespace {

constexpr std::string_view mark = "@survey ";

struct Section {
  std::string_view name;
  std::string_view script;
};

// Listing rules loads modules where none is loaded, so they are listed only where there are some.
constexpr Section sections[] = {
    {"release", "uname -r"},
    {"version", "cat /proc/version_signature || uname -v"},  // the first is Ubuntu's
    {"user", "id -u"},
    {"os", ". /etc/os-release && echo \"$PRETTY_NAME\""},
    {"xen", "cat /proc/xen/capabilities"},
    {"kvm", "[ -c /dev/kvm ] && [ -r /dev/kvm ] && [ -w /dev/kvm ] && echo usable"},
    {"sysctls", "cd /proc/sys/net/bridge && grep -H . *"},
    {"bridges", "cd /sys/class/net && grep -H . */bridge/nf_call_*"},
    {"filtering",
     "cd /sys/class/net && for b in */bridge; do [ -d \"$b\" ] && "
     "echo \"$b/vlan_filtering:$(cat \"$b/vlan_filtering\" || echo 0)\"; done"},
    {"own-addresses",  // bridges whose address stays when a guest's device comes and goes
     "cd /sys/class/net && for b in */bridge; do n=${b%/bridge}\n"
     "case $(cat \"$n/addr_assign_type\")/$(cat \"$n\"/lower_*/address | sort | head -n 1) in "
     "3/*|*/[0-9a-e]*|*/f[0-9a-d]*) echo \"$n\" ;; esac; done"},
    {"mtus", "cd /sys/class/net && grep -H . */mtu"},
    {"modules", "cut -d' ' -f1 /proc/modules | sort"},
    {"links", "ls /sys/class/net"},
    {"addresses", "ip -o address"},
    {"routes", "ip route show table all"},
    {"vlans", "cat /proc/net/vlan/config; bridge vlan show"},
    {"rules",
     "if [ ! -e /proc/modules ] || grep -q '^nf_tables ' /proc/modules; then nft -s list ruleset; "
     "fi"},
    {"legacy",
     "if [ -s /proc/net/ip_tables_names ]; then iptables-legacy-save || iptables-save; fi"},
    {"forwarding", "cat /proc/sys/net/ipv4/ip_forward"},
    {"running",
     "cat /proc/[0-9]*/comm | sort -u | grep -x -e dockerd -e containerd -e crio -e kubelet "
     "-e kube-proxy -e podman -e lxd -e incusd -e firewalld -e ufw"},
    {"persistent",
     "grep -s -H bridge-nf /etc/sysctl.conf /etc/sysctl.d/*.conf /run/sysctl.d/*.conf "
     "/usr/lib/sysctl.d/*.conf"},
    {"space", "df -Pk /var/lib | tail -n 1"},
    {"sockets",
     "ls /run/libvirt/virtxend-sock /run/libvirt/virtqemud-sock /run/libvirt/libvirt-sock"},
    {"vif-bridge", "ls /etc/xen/scripts/vif-bridge /etc/xen/scripts/refrag-vif"},
    {"programs",
     "for p in ip nft modprobe qemu-system-x86_64 /usr/libexec/qemu-kvm; do command -v $p; done"},
    {"leftovers", "ls -d /var/lib/refrag; ls /sys/class/net | grep '^refrag-'"},
};

struct Network {
  std::uint32_t first = 0;
  std::uint32_t last = 0;
};

std::optional<std::uint32_t> address_of(const std::string& word) {
  in_addr address = {};
  if (::inet_pton(AF_INET, word.c_str(), &address) != 1) return std::nullopt;
  return ntohl(address.s_addr);
}

// All that a text names as iptables, nft and ip do: 198.18.0.1, 198.18.0.0/15,
// 198.18.0.0/255.254.0.0, 198.18.0.1-198.18.0.9. What is shorter than /8 is a way out and not a
// network.
std::vector<Network> networks_in(std::string_view text) {
  static const std::regex shape(
      R"(((?:[0-9]{1,3}\.){3}[0-9]{1,3})(?:/((?:[0-9]{1,3}\.){3}[0-9]{1,3})|/([0-9]{1,2})|-((?:[0-9]{1,3}\.){3}[0-9]{1,3}))?)");
  std::vector<Network> networks;
  for (std::cregex_iterator found(text.data(), text.data() + text.size(), shape), end; found != end;
       ++found) {
    const auto first = address_of((*found)[1]);
    const auto mask = address_of((*found)[2]);
    const auto last = address_of((*found)[4]);
    const auto length = (*found)[3].matched ? std::stoul((*found)[3]) : 32;
    if (!first || length > 32) continue;
    const auto hosts = mask ? ~*mask : static_cast<std::uint32_t>((1ull << (32 - length)) - 1);
    if (hosts >> 24 != 0) continue;
    networks.push_back({*first & ~hosts, last.value_or(*first | hosts)});
  }
  return networks;
}

std::string whole_script() {
  std::string script = "export PATH=$PATH:/usr/sbin:/sbin\n";
  for (const auto& [name, text] : sections) {
    script += fmt::format("echo '{}{}'\n({}) 2>/dev/null\n", mark, name, text);
  }
  return script + "true";
}

}  // namespace

std::string_view Survey::text(std::string_view section) const {
  const auto found = sections.find(section);
  return found == sections.end() ? std::string_view() : base::trim(found->second);
}

std::vector<std::string> Survey::lines(std::string_view section) const {
  auto all = base::split(text(section), '\n');
  std::erase(all, "");
  return all;
}

std::string Survey::kernel_version() const {
  static const std::regex shape(R"([0-9]+\.[0-9]+\.[0-9]+[^ ]*)");
  auto words = base::split(text("version"), ' ');
  std::ranges::reverse(words);
  const auto found = std::ranges::find_if(
      words, [](const std::string& word) { return std::regex_match(word, shape); });
  return found == words.end() ? release() : *found;
}

std::map<std::string, std::string> Survey::bridge_sysctls() const {
  std::map<std::string, std::string> values;
  for (const auto& line : lines("sysctls")) {
    const auto colon = line.find(':');
    if (colon != std::string::npos) values[line.substr(0, colon)] = line.substr(colon + 1);
  }
  return values;
}

std::set<std::string> Survey::hooked_bridges() const {
  std::set<std::string> names;
  for (const auto& line : lines("bridges")) {
    if (line.ends_with("nf_call_iptables:1")) names.insert(line.substr(0, line.find('/')));
  }
  return names;
}

// NAT tracks connections, too.
bool Survey::tracks_connections() const {
  const auto rules = std::string(text("rules")) + std::string(text("legacy"));
  constexpr std::string_view words[] = {"ct state", "ct status", "--ctstate",  "-m conntrack",
                                        "-m state", "type nat",  "MASQUERADE", "masquerade"};
  return std::ranges::any_of(
      words, [&](std::string_view word) { return rules.find(word) != std::string::npos; });
}

bool Survey::drops_forwarded() const {
  if (text("legacy").find(":FORWARD DROP") != std::string_view::npos) return true;
  return std::ranges::any_of(lines("rules"), [](const std::string& line) {
    return line.find("hook forward") != std::string::npos &&
           line.find("policy drop") != std::string::npos;
  });
}

std::vector<std::string> Survey::meddlers() const { return lines("running"); }

std::string Survey::loaded_modules() const {
  std::string names;
  for (const auto& line : lines("modules")) names += (names.empty() ? "" : " ") + line;
  return names;
}

// "eth0.3 | 3 | eth0", and the second column of `bridge vlan`, which may be a range.
std::set<int> Survey::vlans_in_use() const {
  std::set<int> ids;
  for (const auto& line : lines("vlans")) {
    for (const auto& word : base::split(line, ' ')) {
      const auto dash = word.find('-');
      const auto first = base::to_number(word.substr(0, dash));
      const auto last = dash == std::string::npos ? first : base::to_number(word.substr(dash + 1));
      if (!first || !last || *last > 4095) continue;
      for (auto id = *first; id <= *last; ++id) ids.insert(static_cast<int>(id));
    }
  }
  return ids;
}

bool Survey::is_free_network(std::string_view three_bytes) const {
  const auto wanted = *networks_in(fmt::format("{}.0/24", three_bytes)).begin();
  constexpr std::string_view where[] = {"addresses", "routes", "rules", "legacy"};
  return std::ranges::none_of(where, [&](std::string_view section) {
    return std::ranges::any_of(networks_in(text(section)), [&](const Network& used) {
      return used.first <= wanted.last && wanted.first <= used.last;
    });
  });
}

Survey parse_survey(std::string_view said) {
  Survey result;
  std::string* current = nullptr;
  for (const auto& line : base::split(said, '\n')) {
    const bool is_mark = line.starts_with(mark);
    const auto name = is_mark ? line.substr(mark.size()) : std::string();
    const bool is_known = std::ranges::any_of(sections, [&](auto& s) { return s.name == name; });
    if (is_known && !result.sections.contains(name)) {
      current = &result.sections[name];
    } else if (current != nullptr) {
      *current += base::printable(line) + "\n";
    }
  }
  return result;
}

Survey survey(Shell& shell, base::Deadline deadline) {
  return base::doing("reading the host's settings",
                     [&] { return parse_survey(shell.run_ok(whole_script(), deadline)); });
}

}  // namespace refrag::host
