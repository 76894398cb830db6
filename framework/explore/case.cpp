// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/explore/case.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/base/files.hpp"

namespace refrag::explore {
namespace {

using Json = nlohmann::ordered_json;

std::string family_text(packet::Family family) {
  return family == packet::Family::ipv4 ? "ipv4" : "ipv6";
}

std::string shape_of(const packet::Link& link) {
  std::string text;
  for (const auto& tag : link.tags) {
    const bool is_priority = (tag.control & 0x0fff) == 0;
    text += tag.type == packet::ether_type::service_vlan ? " 802.1ad"
            : is_priority                                ? " priority"
                                                         : " vlan";
  }
  return link.session ? text + " pppoe" : text;
}

}  // namespace

std::string name_of(const std::string& kind, const Scenario& scenario) {
  auto text = kind;
  for (const auto& [name, value] : scenario.knobs) text += '\n' + name + '=' + value;
  for (std::size_t i = 0; i < scenario.items.size(); ++i) {
    const auto& item = scenario.items[i];
    packet::Link link{.tags = item.tags};
    if (item.pppoe) link.session = 1;
    std::size_t frames = 0;
    for (const auto& shot : scenario.shots) frames += shot.item == i;
    text += fmt::format("\n{}{} {} {}", family_text(item.family), shape_of(link),
                        item.dont_fragment, std::min<std::size_t>(frames, 3));
  }
  return fmt::format("{}-{}", kind, base::sha256(text).substr(0, 8));
}

std::string to_json(const Case& found) {
  const Json json{{"name", found.name},
                  {"kind", found.kind},
                  {"reason", found.reason},
                  {"kernel", found.kernel},
                  {"release", found.release},
                  {"looks_like", found.looks_like},
                  {"seed", found.seed},
                  {"number", found.number},
                  {"shown", found.shown},
                  {"tries", found.tries},
                  {"scenario", Json::parse(to_json(found.scenario))}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Case case_from_json(const std::string& text, const std::string& source) {
  Case found;
  try {
    const auto json = Json::parse(text);
    json.at("name").get_to(found.name);
    json.at("kind").get_to(found.kind);
    json.at("reason").get_to(found.reason);
    json.at("kernel").get_to(found.kernel);
    json.at("release").get_to(found.release);
    found.looks_like = json.value("looks_like", "");
    json.at("seed").get_to(found.seed);
    json.at("number").get_to(found.number);
    json.at("shown").get_to(found.shown);
    json.at("tries").get_to(found.tries);
    found.scenario = from_json(json.at("scenario").dump(), source);
    return found;
  } catch (const Json::exception& error) {
    throw base::Error(base::Fault::usage,
                      fmt::format("{} is no case of explore: {}", source, error.what()));
  }
}

std::string class_of(const oracle::Violation& violation, const oracle::Direction& direction) {
  const bool entered = !violation.entered.empty();
  const auto place = entered ? violation.entered.front() : violation.left.front();
  const auto& frame = (entered ? direction.entered : direction.left).at(place);
  const auto piece = oracle::piece_of(frame.bytes, place);
  return fmt::format("{} {}{}{}", oracle::to_text(violation.kind),
                     piece.is_ip ? family_text(piece.head.family) : "opaque", shape_of(piece.link),
                     piece.is_fragment ? " in fragments" : "");
}

}  // namespace refrag::explore
