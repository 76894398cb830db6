// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/run_folder.hpp"

#include <csignal>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/catch.hpp"

using namespace refrag;
using Catch::Contains;
using run::RunFolder;

namespace {

verdict::NoteRecord note(const std::string& text) { return {"k", "test", text}; }

struct Place {
  base::TempDir folder{"test"};
  base::fs::path run = folder.path() / "run";
  base::fs::path results = run / "results.jsonl";

  std::string text() const { return base::read_file(results); }
  void append(const std::string& more) const {
    const auto fd = base::open_file(results.string(), O_WRONLY | O_APPEND);
    base::write_all(fd.get(), more, base::Deadline::never());
  }
};

}  // namespace

TEST_CASE("a folder that holds a run is not begun again", "[run]") {
  const Place place;
  { const RunFolder folder(place.run); }
  CHECK_THROWS_WITH(RunFolder(place.run), Contains("already holds a run"));
  CHECK_THROWS_WITH(RunFolder::reopen(place.folder.path()), Contains("not the folder of a run"));
}

TEST_CASE("a run that was killed in the middle of a line goes on behind the last whole one",
          "[run]") {
  const Place place;
  {
    RunFolder folder(place.run);
    folder.add(note("one"));
    folder.add(verdict::PhaseRecord{"k", "up", 10, 2.5});
  }
  const auto whole = place.text();
  const auto next = verdict::to_line(note("two"));
  for (const auto& half : {std::string(), next.substr(0, 1), next.substr(0, next.size() - 1)}) {
    place.append(half);
    auto folder = RunFolder::reopen(place.run);
    CHECK(folder.earlier().size() == 2);
    CHECK(folder.now() >= 12.5);
    CHECK(place.text() == whole);
  }
  RunFolder::reopen(place.run).add(note("two"));
  CHECK(place.text() == whole + next);
}

TEST_CASE("a runner that is killed at any moment leaves all that it had kept", "[run]") {
  const Place place;
  { const RunFolder folder(place.run); }
  const std::string long_text(1 << 20, 'x');  // is not written at one blow
  std::size_t kept = 0;
  for (int round = 0; round < 20; ++round) {
    auto said = base::make_pipe();
    const auto child = ::fork();
    if (child == 0) {
      auto folder = RunFolder::reopen(place.run);
      for (;;) {
        folder.add(note(long_text));
        if (::write(said.write_end.get(), "k", 1) != 1) ::_exit(1);
      }
    }
    said.write_end.reset();
    kept += base::read_some(said.read_end.get()).size();
    ::usleep(static_cast<useconds_t>(round * 97));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (auto more = base::read_some(said.read_end.get()); !more.empty();
         more = base::read_some(said.read_end.get())) {
      kept += more.size();
    }
    const auto whole = RunFolder::reopen(place.run).earlier().size();
    CHECK((whole == kept || whole == kept + 1));  // killed before it could say so
    kept = whole;
  }
}

TEST_CASE("two runners do not work in one folder", "[run]") {
  const Place place;
  const RunFolder folder(place.run);
  CHECK_THROWS_WITH(RunFolder::reopen(place.run), Contains("still at work"));
}

TEST_CASE("further attempts have folders of their own", "[run]") {
  const Place place;
  const RunFolder folder(place.run);
  CHECK(folder.kernel_folder("6.1") == place.run / "kernels/6.1");
  CHECK(folder.kernel_folder("6.1", 2) == place.run / "kernels/6.1/attempt-2");
  CHECK(bool(base::fs::is_directory(place.run / "kernels/6.1/attempt-2")));
}
