// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/base/text.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::base;

TEST_CASE("split keeps empty parts", "[base]") {
  CHECK(split("a,,b", ',') == std::vector<std::string>{"a", "", "b"});
  CHECK(split("a,", ',') == std::vector<std::string>{"a", ""});
  CHECK(split("", ',').empty());
}

TEST_CASE("a glob matches the whole text", "[base]") {
  CHECK(glob_match("*size=14??]", "x[tag=none,size=1473]"));
  CHECK(glob_match("a*b*c", "a-b-b-c"));
  CHECK_FALSE(glob_match("a*b", "a-b-c"));
  CHECK(glob_match("*", ""));
  CHECK_FALSE(glob_match("?", ""));
}

TEST_CASE("only a whole decimal number is a number", "[base]") {
  CHECK(to_number("1500") == 1500);
  CHECK(to_number("-3") == -3);
  CHECK_FALSE(to_number("15x"));
  CHECK_FALSE(to_number(""));
}

TEST_CASE("the last lines of a program's words fit one line", "[base]") {
  CHECK(last_lines("a\n\nb\r\n c \n\n", 2) == "b | c");
  CHECK(last_lines("", 2).empty());
}

TEST_CASE("a quoted word is one word for a shell", "[base]") {
  CHECK(shell_quote("a'b $c") == "'a'\\''b $c'");
}

TEST_CASE("hostile bytes become printable text", "[base]") {
  CHECK(printable("a\x1b[31mb\n") == "a?[31mb\n");
  CHECK(printable("\xff\xc0\xaf") == "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  CHECK(printable("\xc3\xa9\xe2\x82\xac") == "\xc3\xa9\xe2\x82\xac");
  CHECK(printable("\xed\xa0\x80").find('\xed') == std::string::npos);
}
