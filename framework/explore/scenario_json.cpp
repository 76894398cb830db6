// SPDX-License-Identifier: GPL-2.0-or-later
// Scenarios as JSON: small enough to read, complete enough to send again.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/explore/scenario.hpp"

namespace refrag::explore {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t largest = 65515;  // behind an IPv4 header

Json json_of(const Item& item) {
  auto tags = Json::array();
  for (const auto& tag : item.tags) tags.push_back({{"type", tag.type}, {"control", tag.control}});
  return {{"from", item.from == Side::a ? "a" : "b"},
          {"family", item.family == packet::Family::ipv4 ? "ipv4" : "ipv6"},
          {"tags", tags},
          {"pppoe", item.pppoe},
          {"dont_fragment", item.dont_fragment},
          {"flow", item.flow},
          {"size", item.size}};
}

Item item_of(const Json& json) {
  Item item;
  item.from = json.at("from") == "a" ? Side::a : Side::b;
  item.family = json.at("family") == "ipv4" ? packet::Family::ipv4 : packet::Family::ipv6;
  for (const auto& tag : json.at("tags")) {
    item.tags.push_back(
        {tag.at("type").get<std::uint16_t>(), tag.at("control").get<std::uint16_t>()});
  }
  item.pppoe = json.at("pppoe").get<bool>();
  item.dont_fragment = json.at("dont_fragment").get<bool>();
  item.flow = json.at("flow").get<int>();
  item.size = json.at("size").get<std::size_t>();
  return item;
}

std::string problem_of(const Scenario& scenario) {
  for (const auto& item : scenario.items) {
    if (item.size < 8 || item.size > largest)
      return fmt::format("a datagram of {} bytes", item.size);
    if (item.flow < 0 || item.flow > 120) return fmt::format("flow {}", item.flow);
  }
  for (const auto& shot : scenario.shots) {
    if (shot.item >= scenario.items.size())
      return fmt::format("there is no datagram {}", shot.item);
    const auto size = scenario.items[shot.item].size;
    const bool is_cut_well = shot.begin % 8 == 0 && (shot.end % 8 == 0 || shot.end == size);
    if (shot.begin >= shot.end || shot.end > size || !is_cut_well) {
      return fmt::format("bytes {} to {} of a datagram of {}", shot.begin, shot.end, size);
    }
  }
  return {};
}

}  // namespace

std::string to_json(const Scenario& scenario) {
  Json json{{"knobs", scenario.knobs}, {"datagrams", Json::array()}, {"frames", Json::array()}};
  for (const auto& item : scenario.items) json["datagrams"].push_back(json_of(item));
  for (const auto& shot : scenario.shots) {
    json["frames"].push_back({shot.item, shot.begin, shot.end});
  }
  return json.dump(1) + "\n";
}

Scenario from_json(const std::string& text, const std::string& source) {
  const auto refuse = [&](const std::string& why) {
    return base::Error(base::Fault::usage,
                       fmt::format("{} is no case of explore: {}", source, why));
  };
  try {
    const auto json = Json::parse(text);
    Scenario scenario;
    json.at("knobs").get_to(scenario.knobs);
    for (const auto& item : json.at("datagrams")) scenario.items.push_back(item_of(item));
    for (const auto& shot : json.at("frames")) {
      scenario.shots.push_back({shot.at(0).get<std::size_t>(), shot.at(1).get<std::size_t>(),
                                shot.at(2).get<std::size_t>()});
    }
    if (const auto problem = problem_of(scenario); !problem.empty()) throw refuse(problem);
    return scenario;
  } catch (const Json::exception& error) {
    throw refuse(error.what());
  }
}

}  // namespace refrag::explore
