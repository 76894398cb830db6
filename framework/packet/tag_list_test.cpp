// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/packet/tag_list.hpp"

#include "framework/base/catch.hpp"

using namespace refrag::packet;

TEST_CASE("tags are one word, and are read from it again", "[packet]") {
  const std::vector<Tag> two = {{ether_type::service_vlan, 0x6003}, {ether_type::vlan, 4}};
  CHECK(to_word(two) == "34984.24579,33024.4");
  for (const auto& tags : {two, {}, std::vector<Tag>{{ether_type::vlan, 0xffff}}}) {
    CHECK(tags_of_word(to_word(tags)) == tags);
  }
}

TEST_CASE("what is no word for tags is none", "[packet]") {
  const auto* word =
      GENERATE("", "33024", "33024.", "33024.3,", ",", "33024.65536", "-1.3", "33024.3x", "vlan3");
  CHECK(tags_of_word(word) == std::nullopt);
}
