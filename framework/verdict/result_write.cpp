// SPDX-License-Identifier: GPL-2.0-or-later
// Records to lines of JSON.
#include <cmath>

#include <nlohmann/json.hpp>

#include "framework/verdict/result.hpp"
#include "framework/verdict/result_fields.hpp"

namespace refrag::verdict {

namespace {

using Json = nlohmann::ordered_json;

struct Writer {
  Json& json;

  void operator()(const char* key, const auto& value) { json[key] = value; }

  void operator()(const char* key, double seconds) {
    json[key] = std::isfinite(seconds) ? std::round(seconds * 1000) / 1000 : 0;
  }

  void operator()(const char* key, Outcome outcome) { json[key] = to_text(outcome); }

  void operator()(const char* key, const Cell& cell) {
    auto& object = json[key] = Json::object();
    for (const auto& [axis, value] : cell.values()) object[axis] = value;
  }

  void operator()(const char* key, const Nested auto& value) {
    json[key] = Json::object();
    fields(value, Writer{json[key]});
  }

  template <Nested Value>
  void operator()(const char* key, const std::vector<Value>& values) {
    auto& array = json[key] = Json::array();
    for (const auto& value : values) fields(value, Writer{array.emplace_back(Json::object())});
  }

  template <class Value>
  void operator()(const char* key, const std::optional<Value>& value) {
    if (value) (*this)(key, *value);
  }

  template <class Value>
  void operator()(const char* key, const base::Rare<Value>& value) {
    if (value) (*this)(key, *value);
  }
};

}  // namespace

std::string to_line(const Record& record) {
  auto json = Json::object();
  const auto write = [&]<class T>(const T& value) {
    json["type"] = type_of<T>;
    if constexpr (std::same_as<T, CaseRecord>) json["id"] = value.id.text();
    fields(value, Writer{json});
  };
  std::visit(write, record);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace refrag::verdict
