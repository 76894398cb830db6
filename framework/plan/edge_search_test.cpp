// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/plan/edge_search.hpp"

#include <functional>

#include "framework/base/catch.hpp"

using namespace refrag;

namespace {

struct Found {
  plan::Fails known;
  int rounds = 0;
};

Found search(const std::vector<int>& start, const std::function<bool(int)>& fails) {
  Found found;
  for (const int size : start) found.known[size] = fails(size);
  for (auto sizes = plan::next_sizes(found.known); !sizes.empty();
       sizes = plan::next_sizes(found.known)) {
    for (const int size : sizes) found.known[size] = fails(size);
    ++found.rounds;
  }
  return found;
}

const std::vector<int> few = {0, 1400, 2000, 65507};

}  // namespace

TEST_CASE("an edge is found to the byte wherever it is", "[plan]") {
  for (const int edge : {1, 2, 700, 1399, 1476, 2000, 2001, 40000, 65507}) {
    const auto found = search(few, [&](int size) { return size >= edge; });
    CHECK(found.known.at(edge));
    CHECK_FALSE(found.known.at(edge - 1));
    CHECK(found.rounds <= 16);
  }
}

TEST_CASE("a hole that was met has two edges", "[plan]") {
  const auto found =
      search({0, 1450, 1474, 2000}, [](int size) { return size > 1472 && size < 1481; });
  CHECK_FALSE(found.known.at(1472));
  CHECK(found.known.at(1473));
  CHECK(found.known.at(1480));
  CHECK_FALSE(found.known.at(1481));
}

TEST_CASE("where all sizes do the same there is nothing to search", "[plan]") {
  CHECK(plan::next_sizes({}).empty());
  CHECK(search(few, [](int) { return true; }).rounds == 0);
  CHECK(search(few, [](int) { return false; }).rounds == 0);
}

TEST_CASE("no more sizes are asked for at once than were allowed", "[plan]") {
  plan::Fails known;
  for (int size = 0; size < 1000; size += 10) known[size] = size % 20 == 0;
  CHECK(plan::next_sizes(known, 3).size() == 3);
}
