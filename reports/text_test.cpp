// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/text.hpp"

#include <algorithm>

#include "framework/base/catch.hpp"
#include "reports/sample.hpp"

using namespace refrag::reports;

namespace {

// Code points of valid UTF-8; fails the test for anything else.
std::vector<unsigned> code_points(const std::string& text) {
  std::vector<unsigned> points;
  for (std::size_t i = 0; i < text.size();) {
    const auto first = static_cast<unsigned char>(text[i]);
    const int more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    const bool starts = first < 0x80 || (first >= 0xc2 && first < 0xf5);
    if (!starts) FAIL("not the start of a character");
    unsigned point = more == 0 ? first : first & (0x3fu >> more);
    if (i + more >= text.size()) FAIL("half a character");
    for (int k = 1; k <= more; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) FAIL("a broken character");
      point = point << 6 | (static_cast<unsigned char>(text[i + k]) & 0x3fu);
    }
    points.push_back(point);
    i += more + 1;
  }
  return points;
}

// The production Char of XML 1.0.
bool is_xml(unsigned point) {
  return point == 0x9 || point == 0xa || point == 0xd || (point >= 0x20 && point <= 0xd7ff) ||
         (point >= 0xe000 && point <= 0xfffd) || (point >= 0x10000 && point <= 0x10ffff);
}

void check_xml(const std::string& raw) {
  const auto points = code_points(xml_text(raw));
  CHECK(std::all_of(points.begin(), points.end(), is_xml));
}

}  // namespace

TEST_CASE("every text becomes text that XML allows", "[reports]") {
  check_xml(sample::hostile);
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    check_xml(std::string(1, static_cast<char>(byte)));
    for (int next = 0; next < 256; ++next) {
      all += static_cast<char>(byte);
      all += static_cast<char>(next);
    }
  }
  check_xml(all);
}

TEST_CASE("text that XML allows stays as it is", "[reports]") {
  const std::string fine = "a\tb\n<&>\"' \xc3\xa4 \xe2\x82\xac \xef\xbf\xbd \xf0\x9f\x90\xa7";
  CHECK(xml_text(fine) == fine);
  CHECK(xml_text("one\r\ntwo") == "one\ntwo");
  CHECK(one_line("one\r\ntwo\tthree") == "one two three");
}

TEST_CASE("long text keeps its head and its tail", "[reports]") {
  const auto text = "head" + std::string(1000, 'x') + "tail";
  const auto cut = cut_middle(text, 100);
  CHECK(cut.starts_with("headx"));
  CHECK(cut.ends_with("xtail"));
  CHECK_THAT(cut, Catch::Contains("[... 908 bytes left out ...]"));
  CHECK(cut_middle(text, text.size()) == text);
}

TEST_CASE("cutting does not damage a character", "[reports]") {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xe2\x82\xac";
  for (std::size_t limit = 0; limit < 20; ++limit) {
    CHECK(xml_text(cut_middle(text, limit)) == cut_middle(text, limit));
  }
}

TEST_CASE("lines are broken at spaces and indented", "[reports]") {
  CHECK(wrap("  one two three four", 10, 4) == "  one two\n    three\n    four");
  CHECK(wrap("  one two three four", 0, 4) == "  one two three four");
  CHECK(wrap("  averylongword x", 5, 2) == "  averylongword\n  x");
  CHECK(wrap("", 10, 4).empty());
  CHECK(wrap("   ", 10, 4) == "   ");
}

TEST_CASE("names for files and classes are plain and all different", "[reports]") {
  CHECK(plain_names({"6.1.0-42-amd64+replica:x", "a/b", "../../etc", "", "a:b"}, "-_.+") ==
        std::vector<std::string>{"6.1.0-42-amd64+replica_x", "a_b", "_.._.._etc", "_", "a_b-2"});
  CHECK(plain_names({"6.1.85"}, "-_") == std::vector<std::string>{"6_1_85"});
  CHECK(plain_names({"a-2", "a", "a"}, "-") == std::vector<std::string>{"a-2", "a", "a-3"});
  CHECK(plain_names({std::string(1000, 'k')}, "").front().size() == 150);
}

TEST_CASE("a document in ASCII says the same", "[reports]") {
  CHECK(ascii_xml("<a b=\"\xe2\x82\xac\">\xc3\xa4\xf0\x9f\x98\x80</a>") ==
        "<a b=\"&#x20AC;\">&#xE4;&#x1F600;</a>");
}
