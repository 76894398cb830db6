// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/run/run_folder.hpp"

#include <fcntl.h>

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
