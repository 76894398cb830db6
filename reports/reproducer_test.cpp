// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/reproducer.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/files.hpp"
#include "framework/base/process.hpp"

using namespace refrag;
using Catch::Contains;

namespace {

verdict::CaseRecord loss_of(const std::string& tag, int size, const std::string& dir = "a>b") {
  verdict::CaseRecord record;
  record.id = {"s", "echo", "6.1", {{"tag", tag}, {"nf", "1"}, {"dir", dir}}, size};
  record.judgement = {verdict::Outcome::failed, "PacketLoss", "3 of 3 echoes lost"};
  record.echo = verdict::EchoEvidence{.size = size, .sent = 3};
  return record;
}

reports::KernelRun kernel_with(std::vector<verdict::CaseRecord> cases) {
  reports::KernelRun kernel;
  kernel.name = "6.1+bug";
  kernel.kernel.release = "6.1.0-42";
  kernel.cases = std::move(cases);
  return kernel;
}

}  // namespace

TEST_CASE("the smallest loss is what a reproducer shows", "[reports]") {
  auto passed = loss_of("none", 56);
  passed.judgement.outcome = verdict::Outcome::passed;
  const auto kernel = kernel_with({passed, loss_of("vlan3", 2000), loss_of("vlan3", 1477)});
  REQUIRE(reports::smallest_loss(kernel) != nullptr);
  CHECK(reports::smallest_loss(kernel)->id.size == 1477);
  CHECK(reports::smallest_loss(kernel_with({passed})) == nullptr);
}

TEST_CASE("a reproducer is a script that a shell accepts and says what it sets", "[reports]") {
  const base::TempDir folder("reproducer");
  for (const auto* tag : {"vlan3", "none"}) {
    const auto text = reports::reproducer(loss_of(tag, 1477, "b>a"), 1500);
    const auto file = folder.path() / "reproduce.sh";
    base::write_file(file, text, 0755);
    const auto checked =
        base::run({.argv = {"sh", "-n", file.string()}}, base::Deadline::in(base::seconds(10)));
    CHECK(checked.err.empty());
    CHECK(checked.ok());
    CHECK_THAT(text, Contains("from=refrag-b to=refrag-a peer=1"));
    CHECK_THAT(text, Contains("echo 1 >bridge-nf-call-iptables"));
    CHECK_THAT(text,
               Contains(std::string(tag) == "vlan3" ? "if echoes 4 3 1477" : "if echoes 4 0 1477"));
    CHECK_THAT(text, Contains("(1500+25 bytes of IP)"));
    CHECK((text.find("type vlan id 3") != text.npos) == (std::string(tag) == "vlan3"));
  }
}

TEST_CASE("a reproducer sends before it what has to go before it", "[reports]") {
  auto loss = loss_of("none", 1453);
  loss.id.cell.set("family", "ipv6");
  loss.id.cell.set("beside", "vlan3/ipv4");
  const auto text = reports::reproducer(loss, 1500);
  const auto before = text.find("echoes 4 3 2000 ||"), shown = text.find("if echoes 6 0 1453");
  CHECK(before < shown);
  CHECK(shown != text.npos);
  CHECK_THAT(text, Contains("type vlan id 3"));
}

TEST_CASE("what a plain machine cannot send is shown by another case or none", "[reports]") {
  auto tagged_twice = loss_of("qinq", 1477), small = loss_of("none", 1000);
  small.id.cell.set("mtu", "1000");
  CHECK(reports::smallest_loss(kernel_with({tagged_twice, small})) == nullptr);
  CHECK(reports::smallest_loss(kernel_with({tagged_twice, loss_of("vlan3", 1477)})) != nullptr);
}

TEST_CASE("a report says kernel, setting, expected, seen, and the frames", "[reports]") {
  auto loss = loss_of("vlan3", 1477);
  loss.witness = verdict::Witness{.sent = 1, .lost = 1, .moved = {{"ReasmOKs", 1}}};
  const auto text = reports::bug_report(kernel_with({loss}), loss, 1500);
  for (const auto* part : {"Kernel:   6.1.0-42 (6.1+bug)", "inside VLAN 3", "ping -s 1477",
                           "Seen:     3 of 3 echoes lost", "ReasmOKs +1"}) {
    CHECK_THAT(text, Contains(part));
  }
}
