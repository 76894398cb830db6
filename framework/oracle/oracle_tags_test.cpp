// SPDX-License-Identifier: GPL-2.0-or-later
// Tags that are lost, and tags that the bridge is told to change.
#include "framework/base/catch.hpp"
#include "framework/oracle/sample.hpp"

using namespace refrag;
using namespace refrag::oracle;
using namespace refrag::oracle::sample;

TEST_CASE("only some fragments that lose their tag are a lost tag", "[oracle]") {
  auto plain = with_vlan(3, 4000);
  const auto in = cut(plain);
  plain.link.tags.clear();
  const auto out = cut(plain);
  CHECK(kinds(judge(in, {in[0], out[1], out[2]})) == std::vector{Kind::tag_lost});
}

TEST_CASE("a tag that the bridge's VLANs are told to change is due on the other side", "[oracle]") {
  auto datagram = with_vlan(3, 2000);
  const auto tagged = cut(datagram);
  datagram.link.tags = {{packet::ether_type::vlan, 4}};
  const auto other = cut(datagram);
  datagram.link.tags.clear();
  const auto untagged = cut(datagram);
  const auto kinds = [](const Capture& in, const Capture& out, const Rules& told) {
    std::vector<std::string_view> all;
    for (const auto& violation : oracle::judge(frames_of(in), frames_of(out), told).violations) {
      all.push_back(to_text(violation.kind));
    }
    return all;
  };
  using Kinds = std::vector<std::string_view>;
  auto takes_away = rules, puts_on = rules;
  takes_away.retag = {{{packet::ether_type::vlan, 3}}, {}};
  puts_on.retag = {{}, {{packet::ether_type::vlan, 3}}};
  CHECK(kinds(tagged, untagged, takes_away).empty());
  CHECK(kinds(untagged, tagged, puts_on).empty());
  CHECK(kinds(tagged, tagged, takes_away) == Kinds{"tag-added"});
  CHECK(kinds(untagged, untagged, puts_on) == Kinds{"tag-lost"});
  CHECK(kinds(untagged, other, puts_on) == Kinds{"tag-changed"});
  CHECK(kinds(tagged, {}, takes_away) == Kinds{"lost"});
  CHECK(kinds(other, untagged, takes_away) == Kinds{"tag-lost"});
  CHECK(kinds(other, other, takes_away).empty());
  CHECK(kinds(other, {}, takes_away).empty());  // it is of no VLAN there
}
