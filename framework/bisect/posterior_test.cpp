// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/posterior.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::bisect;

namespace {

// The probability that the change is between builds 15 and 16 of 32.
double in_the_middle(int older, int newer, Find find = Find::fixed) {
  const std::vector<Judged> judged = {{0, 2, 0}, {15, older, 0}, {16, 0, newer}, {31, 0, 2}};
  return locate(judged, find, 32)[2].mass;
}

}  // namespace

TEST_CASE("the probabilities of all places add up to one", "[bisect]") {
  const std::vector<Judged> judged = {{0, 3, 1}, {7, 2, 2}, {9, 0, 5}, {31, 1, 40}};
  for (const auto find : {Find::fixed, Find::broken}) {
    double sum = 0;
    for (const auto& stretch : locate(judged, find, 32)) sum += stretch.mass;
    CHECK(sum == Approx(1));
  }
  CHECK(locate({}, Find::fixed, 2).size() == 1);
}

TEST_CASE("nothing is known before the first answer between the ends", "[bisect]") {
  const std::vector<Judged> ends = {{0, 2, 0}, {10, 0, 2}};
  const auto stretches = locate(ends, Find::fixed, 11);
  CHECK(stretches[1].places == 10);
  CHECK(stretches[1].mass > 0.98);
  CHECK(stretches[0].mass < 0.01);
  CHECK(stretches[2].mass < 0.01);
}

TEST_CASE("agreement makes sure, and an odd build's agreement with itself only so much",
          "[bisect]") {
  CHECK(in_the_middle(1, 1) < in_the_middle(2, 2));
  CHECK(in_the_middle(2, 2) < in_the_middle(4, 4));
  CHECK(in_the_middle(4, 4) > 0.85);  // 0.9 while odd builds were reckoned to be rarer
  CHECK(in_the_middle(100, 100) < 0.9999);
}

TEST_CASE("noise that was seen anywhere makes answers weigh less everywhere", "[bisect]") {
  std::vector<Judged> judged = {{0, 9, 0}, {15, 1, 0}, {16, 0, 1}, {31, 0, 9}};
  const auto quiet = locate(judged, Find::fixed, 32)[2].mass;
  judged.front() = {0, 7, 2};
  judged.back() = {31, 2, 7};
  CHECK(locate(judged, Find::fixed, 32)[2].mass < quiet);
}

TEST_CASE("a bug that shows one time in five is believed sooner than a false alarm", "[bisect]") {
  // The newest is broken in 2 of 10 boots, the oldest never: it may well have broken.
  const std::vector<Judged> judged = {{0, 10, 0}, {5, 8, 2}, {10, 8, 2}};
  const auto looking_for_a_break = locate(judged, Find::broken, 11);
  CHECK(looking_for_a_break[1].mass > 0.5);
  // The same counts the other way round: broken kernels that answer "broken" ten times of ten at
  // one end and eight of ten at the other are all broken.
  const auto looking_for_a_fix = locate(judged, Find::fixed, 11);
  CHECK(looking_for_a_fix[3].mass > looking_for_a_fix[1].mass);
}

TEST_CASE("thousands of boots leave a probability", "[bisect]") {
  const std::vector<Judged> judged = {
      {0, 3000, 0}, {10, 4000, 10}, {15, 2000, 2000}, {16, 5, 5000}, {31, 0, 3000}};
  const auto stretches = locate(judged, Find::fixed, 32);
  CHECK(stretches[3].mass > 0.99);
  CHECK(stretches[3].older == 15);
}
