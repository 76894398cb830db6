// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/sweep.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::protocol;

namespace {

SweepRequest request() {
  return {.to = "11.11.4.2",
          .device = "eth0.3",
          .sizes = {0, 1476, 1477, 65507},
          .count = 3,
          .ident = 65535,
          .seed = 4000000000u,
          .dont_fragment = true,
          .quiet_ms = 700,
          .deadline_ms = 9000};
}

void set(Message& message, std::string_view key, std::string_view value) {
  for (auto& field : message.fields) {
    if (field.key == key) field.value = value;
  }
}

}  // namespace

TEST_CASE("a sweep request survives the way there", "[protocol]") {
  const auto back = to_sweep_request(to_message(request()));
  REQUIRE(back);
  CHECK(back->to == "11.11.4.2");
  CHECK(back->device == "eth0.3");
  CHECK(back->sizes == request().sizes);
  CHECK(back->ident == 65535);
  CHECK(back->seed == 4000000000u);
  CHECK(back->dont_fragment);
  CHECK(back->quiet_ms == 700);
  CHECK(back->deadline_ms == 9000);
}

TEST_CASE("a request with a field that is wrong is refused", "[protocol]") {
  const auto [key, value] = GENERATE(table<std::string, std::string>({{"to", ""},
                                                                      {"dev", ""},
                                                                      {"count", "0"},
                                                                      {"count", "17"},
                                                                      {"count", "x"},
                                                                      {"sizes", ""},
                                                                      {"sizes", "1,1"},
                                                                      {"sizes", "70000"},
                                                                      {"ident", "65536"},
                                                                      {"seed", "-1"},
                                                                      {"df", "2"},
                                                                      {"quiet", "0"},
                                                                      {"deadline", "600001"}}));
  auto message = to_message(request());
  set(message, key, value);
  CHECK_FALSE(to_sweep_request(message));
}

TEST_CASE("more echoes than sequence numbers are refused", "[protocol]") {
  auto message = to_message(request());
  set(message, "sizes", "1-19999");
  CHECK(to_sweep_request(message));
  set(message, "count", "4");
  CHECK_FALSE(to_sweep_request(message));
}

TEST_CASE("results survive the way back", "[protocol]") {
  SweepResult result{{{1476, 7, 7, 0, 0, 0, 0, 0, 412, 980}, {1477, 7, 2, 1, 1, 5, 0, 105, 1, 2}},
                     SweepEnd::settled,
                     1234,
                     6};
  const auto back = to_sweep_result(to_message(result));
  REQUIRE(back);
  CHECK(back->sizes == result.sizes);
  CHECK(back->end == SweepEnd::settled);
  CHECK(back->elapsed_ms == 1234);
  CHECK(back->stray == 6);

  const std::vector<SeenSize> seen{{1476, 7, 0, 0, 0}, {1477, 0, 1, 2, 3}};
  CHECK(to_seen(to_message(seen)) == seen);
}

TEST_CASE("a row with too few, too many or other things than numbers is refused", "[protocol]") {
  const std::string row =
      GENERATE("1,2,3,4", "1,2,3,4,5,6", "1,2,3,4,", "1,2,x,4,5", "", "1,2,3,4,-5");
  Message message{0, "ok"};
  message.add("row", row);
  CHECK_FALSE(to_seen(message));
}

TEST_CASE("echoes are numbered through all sizes", "[protocol]") {
  CHECK(echo_sequence(0, 0, 3) == 0);
  CHECK(echo_sequence(1, 0, 3) == 3);
  CHECK(echo_sequence(19999, 2, 3) == 59999);
}
