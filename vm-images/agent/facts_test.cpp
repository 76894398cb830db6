// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm-images/agent/facts.hpp"

#include <cstdint>
#include <random>

#include "framework/base/catch.hpp"

using namespace refrag::agent;

namespace {

std::string note(std::uint32_t type, std::string name, std::string contents) {
  const std::uint32_t head[] = {static_cast<std::uint32_t>(name.size()),
                                static_cast<std::uint32_t>(contents.size()), type};
  std::string bytes(reinterpret_cast<const char*>(head), sizeof head);
  name.resize((name.size() + 3) / 4 * 4);
  contents.resize((contents.size() + 3) / 4 * 4);
  return bytes + name + contents;
}

const std::string kGnu("GNU\0", 4), kXen("Xen\0", 4), kLinux("Linux\0", 6);

}  // namespace

TEST_CASE("the build-id is found among other notes", "[agent]") {
  const auto notes = note(1, kXen, "xen-3.0") + note(0x100, kLinux, "x") +
                     note(3, kXen, "not this one") + note(3, kGnu, "\x01\xAB\xff") +
                     note(3, kGnu, "later");
  CHECK(build_id(notes) == "01abff");
  CHECK(build_id(note(1, kGnu, "abi")).empty());
  CHECK(build_id("").empty());
}

TEST_CASE("broken notes give no build-id and no harm", "[agent]") {
  const auto whole = note(1, kXen, "xen") + note(3, kGnu, "12345678901234567890");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK(build_id(std::string_view(whole).substr(0, size)).empty());
  }
  std::mt19937 random(6);
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(random() % 200, '\0');
    for (char& c : bytes) c = static_cast<char>(random() % 3 ? random() % 8 : random());
    build_id(bytes);
  }
}

TEST_CASE("counters are read by the names the kernel gives them", "[agent]") {
  const std::string text =
      "Ip: Forwarding ReasmReqds ReasmOKs\nIp: 1 20 10\n"
      "Icmp: InMsgs\nIcmp: 7\nOdd: A B\nUdp: 1 2\nShort: A B\nShort: 1\n";
  using Pairs = std::vector<std::pair<std::string, std::string>>;
  CHECK(snmp_counters(text, "Ip.Reasm") == Pairs{{"Ip.ReasmReqds", "20"}, {"Ip.ReasmOKs", "10"}});
  CHECK(snmp_counters(text, "Icmp") == Pairs{{"Icmp.InMsgs", "7"}});
  CHECK(snmp_counters(text, "Short") == Pairs{{"Short.A", "1"}});
  CHECK(snmp_counters("", "").empty());
}
