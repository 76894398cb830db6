// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of JSON to records: what is missing keeps its default, what is there has to have the right
// type.
#include <concepts>
#include <istream>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"
#include "framework/verdict/result.hpp"
#include "framework/verdict/result_fields.hpp"

namespace refrag::verdict {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::Fault::internal, "not a result record: " + what);
}

struct Reader {
  const Json& json;

  template <class Value>
  void operator()(const char* key, Value& value) {
    if (const auto found = json.find(key); found != json.end()) read(*found, key, value);
  }

 private:
  template <class Value>
  static void read(const Json& from, const char* /*key*/, Value& value) {
    value = from.get<Value>();
  }

  template <std::integral Integer>
  requires(!std::same_as<Integer, bool>) static void read(const Json& from, const char* key,
                                                          Integer& value) {
    const bool fits =
        from.is_number_unsigned()
            ? std::in_range<Integer>(from.get<std::uint64_t>())
            : from.is_number_integer() && std::in_range<Integer>(from.get<std::int64_t>());
    if (!fits) refuse(fmt::format("\"{}\" is not a whole number in range", key));
    value = from.get<Integer>();
  }

  static void read(const Json& from, const char* key, Counters& counters) {
    for (const auto& item : from.items()) read(item.value(), key, counters[item.key()]);
  }

  static void read(const Json& from, const char* /*key*/, Outcome& outcome) {
    const auto found = outcome_from(from.get<std::string>());
    if (!found) refuse("\"outcome\" is not an outcome");
    outcome = *found;
  }

  static void read(const Json& from, const char* /*key*/, Cell& cell) {
    for (const auto& item : from.items()) cell.set(item.key(), item.value().get<std::string>());
  }

  static void read(const Json& from, const char* key, Nested auto& value) {
    if (!from.is_object()) refuse(fmt::format("\"{}\" is not an object", key));
    fields(value, Reader{from});
  }

  template <Nested Value>
  static void read(const Json& from, const char* key, std::vector<Value>& values) {
    if (!from.is_array()) refuse(fmt::format("\"{}\" is not an array", key));
    for (const auto& one : from) read(one, key, values.emplace_back());
  }

  template <class Value>
  static void read(const Json& from, const char* key, std::optional<Value>& value) {
    read(from, key, value.emplace());
  }

  template <class Value>
  static void read(const Json& from, const char* key, base::Rare<Value>& value) {
    read(from, key, value.emplace());
  }
};

// ---- what no record can have

void require_size(int bytes) {
  if (bytes < 0 || bytes > 65535) refuse(fmt::format("no datagram has {} bytes", bytes));
}

void check(const auto& /*record*/) {}

void check(const RunRecord& run) {
  if (run.schema < 1 || run.schema > schema_version) {
    refuse(fmt::format("schema {}, this version reads up to {}", run.schema, schema_version));
  }
  require_size(run.mtu);
}

void check(const SweepRecord& sweep) { require_size(sweep.evidence.mtu); }

void check(const ViolationRecord& violation) {
  for (const int size : violation.sizes) require_size(size);
}

void check(CaseRecord& result) {
  if (result.id.suite.empty() || result.id.kernel.empty()) refuse("a case without suite or kernel");
  require_size(result.id.size.value_or(0));
  if (result.echo) result.echo->size = result.id.size.value_or(0);
}

template <class T>
bool read_as(const Json& json, std::string_view type, Record& record) {
  if (type != type_of<T>) return false;
  T value;
  fields(value, Reader{json});
  check(value);
  record = std::move(value);
  return true;
}

template <class... T>
Record read_any(const Json& json, std::string_view type, std::variant<T...> record) {
  if (!(read_as<T>(json, type, record) || ...)) {
    refuse(fmt::format("unknown type \"{}\"", type));
  }
  return record;
}

}  // namespace

Record from_line(std::string_view line) {
  try {
    const auto json = Json::parse(line);
    return read_any(json, json.at("type").get<std::string>(), Record());
  } catch (const Json::exception& error) {
    refuse(error.what());
  }
}

std::vector<std::string> read_records(std::istream& lines,
                                      const std::function<void(Record&&)>& take) {
  std::vector<std::string> problems;
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    if (line.empty()) continue;
    try {
      take(from_line(line));
    } catch (const base::Error& error) {
      const auto* why = lines.eof() ? "the last line is cut short" : error.what();
      problems.push_back(fmt::format("line {}: {}", number, why));
    }
  }
  return problems;
}

Records read_records(std::string_view text) {
  Records result;
  std::istringstream lines{std::string(text)};
  result.problems =
      read_records(lines, [&](Record&& record) { result.records.push_back(std::move(record)); });
  return result;
}

}  // namespace refrag::verdict
