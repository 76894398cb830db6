// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/bisect/lines.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"

namespace refrag::bisect {

namespace {

using Json = nlohmann::ordered_json;

constexpr int schema_version = 1;

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::Fault::usage, "not a line of a search: " + what);
}

std::string line_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

Json parse(std::string_view line, std::string_view type) {
  auto json = Json::parse(line);
  if (json.at("type") != type) refuse(fmt::format("its type is not \"{}\"", type));
  return json;
}

template <class F>
auto reading(F&& f) {
  try {
    return f();
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
}

template <class Value>
void read_if_there(const Json& json, const char* key, std::optional<Value>& value) {
  if (const auto found = json.find(key); found != json.end()) value = found->get<Value>();
}

void add(Json& json, const Answer& answer) {
  json["kind"] = to_text(answer.kind);
  json["text"] = answer.text;
  json["evidence"] = answer.evidence;
  json["seconds"] = answer.seconds;
  if (!answer.host.empty()) json["host"] = answer.host;
}

Answer answer_in(const Json& json) {
  const auto kind = kind_from(json.at("kind").get<std::string>());
  if (!kind) refuse("\"kind\" is not a kind of answer");
  return {*kind, json.at("text"), json.at("evidence"), json.at("seconds"),
          json.value("host", std::string())};
}

Find find_in(const Json& json) {
  const auto find = find_from(json.at("find").get<std::string>());
  if (!find) refuse("\"find\" is neither fixed nor broken");
  return *find;
}

}  // namespace

std::string to_line(const Problem& problem) {
  Json json = {{"type", "search"}, {"schema", schema_version}, {"find", to_text(problem.find)}};
  if (problem.older_end) json["older_end"] = *problem.older_end;
  if (problem.newer_end) json["newer_end"] = *problem.newer_end;
  if (problem.confidence) json["confidence"] = *problem.confidence;
  if (problem.notice) json["notice"] = *problem.notice;
  json["signature"] = problem.signature;
  json["max_boots"] = problem.max_boots;
  json["settings"] = problem.settings;
  auto& builds = json["builds"] = Json::array();
  for (const auto& [label, spec, version] : problem.builds) {
    builds.push_back({{"label", label}, {"spec", spec}, {"version", version}});
  }
  return line_of(json);
}

std::string to_line(const Boot& boot, const Problem& problem) {
  Json json = {{"type", "answer"},
               {"boot", boot.number},
               {"index", boot.build},
               {"build", problem.builds.at(boot.build).label}};
  add(json, boot.answer);
  return line_of(json);
}

std::string to_line(const Answer& answer) {
  Json json = {{"type", "answer"}};
  add(json, answer);
  return line_of(json);
}

Problem problem_from(std::string_view line) {
  return reading([&] {
    const auto json = parse(line, "search");
    if (const int schema = json.at("schema"); schema != schema_version) {
      refuse(fmt::format("schema {}, this version reads {}", schema, schema_version));
    }
    Problem problem;
    problem.find = find_in(json);
    read_if_there(json, "older_end", problem.older_end);
    read_if_there(json, "newer_end", problem.newer_end);
    read_if_there(json, "confidence", problem.confidence);
    read_if_there(json, "notice", problem.notice);
    json.at("signature").get_to(problem.signature);
    json.at("max_boots").get_to(problem.max_boots);
    json.at("settings").get_to(problem.settings);
    for (const auto& build : json.at("builds")) {
      problem.builds.push_back({build.at("label"), build.at("spec"), build.at("version")});
    }
    return problem;
  });
}

Boot boot_from(std::string_view line, const Problem& problem) {
  return reading([&] {
    const auto json = parse(line, "answer");
    Boot boot;
    json.at("boot").get_to(boot.number);
    json.at("index").get_to(boot.build);
    if (boot.build >= problem.builds.size() ||
        json.at("build") != problem.builds[boot.build].label) {
      refuse("it is about a build of another series");
    }
    boot.answer = answer_in(json);
    return boot;
  });
}

Answer answer_from(std::string_view line) {
  return reading([&] { return answer_in(parse(line, "answer")); });
}

}  // namespace refrag::bisect
