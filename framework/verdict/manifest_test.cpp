// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/manifest.hpp"

#include "framework/base/catch.hpp"
#include "framework/base/error.hpp"

using namespace refrag;
using namespace refrag::verdict;
using Catch::Contains;

namespace {

Task a_task(const std::string& label) {
  Task task;
  task.tool = "refrag 0.1.0";
  task.label = label;
  task.suite = "vlan_ping_sizes";
  task.planned = 104;
  task.kernel = "builds/" + label + ".deb";
  task.testbed = "wire";
  task.axes = "pairwise";
  task.select = {"tag=vlan3,nf=1", "size>1476"};
  task.retries = 1;
  task.minutes = 30;
  task.directory = "/home/ci";
  task.inputs = {{"kernel", std::string(64, 'a')}, {"suite", std::string(64, 'b')}};
  return task;
}

TaskAttempt attempt(int number, std::optional<int> code) {
  TaskAttempt one{number};
  if (code) one.done = Done{*code, "node1", "2026-11-22T00:00:00"};
  return one;
}

int speaks(const std::vector<TaskAttempt>& attempts) {
  const auto* one = speaking(attempts);
  return one == nullptr ? 0 : one->number;
}

}  // namespace

TEST_CASE("a manifest is read as it was written, line N is task N", "[verdict]") {
  const base::TempDir folder("test");
  const auto file = folder.path() / "manifest.jsonl";
  base::write_file(file, to_line(a_task("6.1")) + to_line(a_task("6.12")));
  auto tasks = read_manifest(file);
  REQUIRE(tasks.size() == 2);
  CHECK(tasks[1].number == 2);
  tasks[1].number = 0;
  CHECK(tasks[1] == a_task("6.12"));
  CHECK(manifest_at(folder.path()) == file);
  CHECK(manifest_at(file) == file);
  CHECK_FALSE(manifest_at(folder.path() / "other"));
}

TEST_CASE("what is no manifest is refused with its line", "[verdict]") {
  const base::TempDir folder("test");
  const auto file = folder.path() / "m";
  base::write_file(file, to_line(a_task("6.1")) + "{\"tool\":\"x\"}\n");
  CHECK_THROWS_WITH(read_manifest(file), Contains("line 2 is no task"));
  base::write_file(file, "debian:6.1\n");
  CHECK_THROWS_WITH(read_manifest(file), Contains("line 1 is no task"));
}

TEST_CASE("the newest attempt that came to its end speaks for its task", "[verdict]") {
  CHECK(speaks({}) == 0);
  CHECK(speaks({attempt(1, {})}) == 0);
  CHECK(speaks({attempt(1, 0), attempt(2, {})}) == 1);
  CHECK(speaks({attempt(1, 4), attempt(2, 4)}) == 2);
  CHECK(speaks({attempt(1, 4), attempt(2, 0)}) == 2);
  CHECK(speaks({attempt(1, 0), attempt(2, 0)}) == 2);
}

TEST_CASE("what says nothing of the kernel does not replace what does, and nothing a finding",
          "[verdict]") {
  CHECK(speaks({attempt(1, 0), attempt(2, 4)}) == 1);
  CHECK(speaks({attempt(1, 1), attempt(2, 0)}) == 1);
  CHECK(speaks({attempt(1, 1), attempt(2, 1)}) == 2);
}

TEST_CASE("attempts are found in the order of their numbers, with how they ended", "[verdict]") {
  const base::TempDir folder("test");
  for (const auto* name : {"attempt-10", "attempt-2", "attempt-x", "other"}) {
    base::make_folder(folder.path() / name);
  }
  base::write_file(folder.path() / "attempt-2" / "done", to_text(Done{4, "node1", "now"}));
  base::write_file(folder.path() / "attempt-10" / "done", "half a li");
  const auto attempts = attempts_at(folder.path());
  REQUIRE(attempts.size() == 2);
  CHECK(attempts[0].number == 2);
  REQUIRE(attempts[0].done);
  CHECK(attempts[0].done->exit_code == 4);
  CHECK(attempts[0].done->host == "node1");
  CHECK_FALSE(attempts[1].done);
  CHECK(attempts_at(folder.path() / "absent").empty());
}
