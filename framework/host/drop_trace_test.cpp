// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/host/drop_trace.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/text.hpp"

using namespace refrag;

namespace {

constexpr std::string_view of_6_1 = R"(# tracer: nop
#
# entries-in-buffer/entries-written: 4/4   #P:1
#
#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION
          <idle>-0       [000] ..s1.   105.123456: kfree_skb: skbaddr=00000000a4 protocol=2048 location=00000000b7 reason: NOT_SPECIFIED
          <idle>-0       [000] ..s1.   105.123459: <stack trace>
 => trace_event_raw_event_kfree_skb
 => kfree_skb_reason
 => br_dev_queue_push_xmit
 => br_nf_dev_queue_xmit
 => nf_hook_slow
            init-1       [000] .....   106.000001: kfree_skb: skbaddr=00000000a5 protocol=34525 location=00000000b8 reason: NETFILTER_DROP
            init-1       [000] .....   106.000002: <stack trace>
 => kfree_skb_reason+0x10/0x20
 => nf_hook_slow+0xa0/0xb0
)";

// What a kernel takes, by path; a path that is not there takes nothing.
class FakeFiles : public host::Files {
 public:
  std::map<std::string, std::string> files;

  std::map<std::string, std::string> read(const std::vector<std::string>& paths,
                                          base::Deadline) override {
    std::map<std::string, std::string> said;
    for (const auto& path : paths) {
      if (files.contains(path)) said[path] = files[path];
    }
    return said;
  }
  std::vector<std::string> write(const std::vector<Setting>& settings, base::Deadline) override {
    std::vector<std::string> failed;
    for (const auto& [path, text] : settings) {
      if (files.contains(path)) {
        files[path] = text;
      } else {
        failed.push_back(path);
      }
    }
    return failed;
  }
};

}  // namespace

TEST_CASE("a drop is told by the function that dropped it and its reason", "[host]") {
  const auto drops = host::parse_drops(of_6_1);
  REQUIRE(drops.size() == 2);
  CHECK(drops[0].site() == "br_dev_queue_push_xmit");
  CHECK(drops[0].stack.size() == 3);
  CHECK(drops[0].reason == "NOT_SPECIFIED");
  CHECK(drops[0].protocol == 0x0800);
  CHECK(drops[1].site() == "nf_hook_slow");
  CHECK(drops[1].protocol == 0x86dd);
  const auto twice = host::parse_drops(std::string(of_6_1) + std::string(of_6_1));
  REQUIRE(twice.size() == 2);
  CHECK(twice[0].count == 2);
}

TEST_CASE("a trace without reasons, without stacks or without sense is read too", "[host]") {
  const auto old = host::parse_drops(
      " swapper-0 [000] 12.5: kfree_skb: skbaddr=ffff88 protocol=33024 location=ffffffff81\n");
  REQUIRE(old.size() == 1);
  CHECK(old[0].reason.empty());
  CHECK(old[0].site().empty());
  CHECK(old[0].protocol == 0x8100);
  CHECK(host::parse_drops("").empty());
  CHECK(host::parse_drops("kfree_skb: ").size() <= 1);
  CHECK(host::parse_drops(" => orphan\n\xff\xfe kfree_skb\n").empty());
}

TEST_CASE("the trace is switched on where it is, and is afterwards what it was", "[host]") {
  FakeFiles kernel;
  const std::string folder = "/sys/kernel/debug/tracing";
  const auto* const before = GENERATE("0\n", "1\n");
  for (const auto* name :
       {"/trace", "/tracing_on", "/options/stacktrace", "/events/skb/kfree_skb/enable"}) {
    kernel.files.emplace(folder + name, before);
  }
  host::DropTrace trace(kernel);
  REQUIRE(trace.begin(base::Deadline::never()).empty());
  CHECK(base::trim(kernel.files[folder + "/events/skb/kfree_skb/enable"]) == "1");
  CHECK(kernel.files[folder + "/trace"].empty());
  kernel.files[folder + "/trace"] = of_6_1;
  CHECK(trace.end(base::Deadline::never()).size() == 2);
  CHECK(kernel.files[folder + "/tracing_on"] == "0");

  kernel.files.erase(folder + "/events/skb/kfree_skb/enable");  // nobody touches it again
  REQUIRE(trace.begin(base::Deadline::never()).empty());
  CHECK(kernel.files[folder + "/trace"].empty());
  CHECK(kernel.files[folder + "/tracing_on"] == "1");
  kernel.files[folder + "/events/skb/kfree_skb/enable"] = "1";
  trace.leave(base::Deadline::never());
  for (const auto* name : {"/tracing_on", "/options/stacktrace", "/events/skb/kfree_skb/enable"}) {
    CHECK(base::trim(kernel.files[folder + name]) == base::trim(before));
  }
}

TEST_CASE("a kernel without the tracepoint is told so", "[host]") {
  FakeFiles kernel;
  host::DropTrace trace(kernel);
  CHECK_FALSE(trace.begin(base::Deadline::never()).empty());
  CHECK(trace.end(base::Deadline::never()).empty());
}
