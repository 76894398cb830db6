// SPDX-License-Identifier: GPL-2.0-or-later
// Each kind of record lists its fields once; a Writer or a Reader goes through the list.
#include "framework/verdict/result.hpp"

#include <cmath>
#include <concepts>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "framework/base/error.hpp"

namespace refrag::verdict {

namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(const std::string& what) {
  throw base::Error(base::Fault::internal, "not a result record: " + what);
}

// ---- what is in a record. T is const when it is written.

template <class T, class Wanted>
concept Is = std::same_as<std::remove_const_t<T>, Wanted>;

template <Is<EchoEvidence> T>
void fields(T& echo, auto&& field) {
  field("sent", echo.sent);
  field("good", echo.good);
  field("wrong_length", echo.wrong_length);
  field("wrong_payload", echo.wrong_payload);
  field("duplicates", echo.duplicates);
  field("seen_by_peer", echo.seen_by_peer);
  field("seen_wrong", echo.seen_wrong);
  field("outgrown", echo.outgrown);
  field("settled", echo.settled);
  field("rtt_max_us", echo.rtt_max_us);
  field("local_errors", echo.local_errors);
  field("local_error", echo.local_error);
}

template <Is<Sighting> T>
void fields(T& sighting, auto&& field) {
  field("tap", sighting.tap);
  field("lengths", sighting.lengths);
  field("tags", sighting.tags);
  field("whole", sighting.whole);
  field("at_us", sighting.at_us);
  field("in_guest", sighting.in_guest);
}

template <Is<Drop> T>
void fields(T& drop, auto&& field) {
  field("stack", drop.stack);
  field("reason", drop.reason);
  field("protocol", drop.protocol);
  field("count", drop.count);
}

template <Is<Witness> T>
void fields(T& witness, auto&& field) {
  field("sent", witness.sent);
  field("lost", witness.lost);
  field("request", witness.request);
  field("reply", witness.reply);
  field("moved", witness.moved);
  field("drops", witness.drops);
  field("flows", witness.flows);
  field("gaps", witness.gaps);
}

template <class T>
concept Nested =
    Is<T, EchoEvidence> || Is<T, Sighting> || Is<T, Drop> || Is<T, Witness> || Is<T, Transparency>;

template <Is<RunRecord> T>
void fields(T& run, auto&& field) {
  field("schema", run.schema);
  field("tool", run.tool);
  field("started", run.started);
  field("machine", run.machine);
  field("testbed", run.testbed);
  field("lab", run.lab);
  field("mtu", run.mtu);
  field("planned", run.planned);
  field("shard", run.shard);
  field("command", run.command);
  field("directory", run.directory);
}

template <Is<KernelRecord> T>
void fields(T& kernel, auto&& field) {
  field("label", kernel.label);
  field("spec", kernel.spec);
  field("release", kernel.release);
  field("properties", kernel.properties);
  field("guest", kernel.guest);
}

template <Is<PhaseRecord> T>
void fields(T& phase, auto&& field) {
  field("kernel", phase.kernel);
  field("phase", phase.phase);
  field("at", phase.at);
  field("seconds", phase.seconds);
  field("problem", phase.problem);
  field("attempt", phase.attempt);
}

template <Is<SweepRecord> T>
void fields(T& sweep, auto&& field) {
  auto& seen = sweep.evidence;
  field("suite", sweep.suite);
  field("case", sweep.name);
  field("kernel", sweep.kernel);
  field("cell", sweep.cell);
  field("attempt", sweep.attempt);
  field("seconds", sweep.seconds);
  field("mtu", seen.mtu);
  field("strict", seen.strict);
  field("link_problem", seen.link_problem);
  field("knobs_before", seen.knobs_before);
  field("knobs_after", seen.knobs_after);
  field("counters_before", seen.counters_before);
  field("counters_after", seen.counters_after);
  field("kernel_messages", seen.kernel_messages);
  field("transparency", seen.transparency);
}

template <Is<CaseRecord> T>
void fields(T& result, auto&& field) {
  field("suite", result.id.suite);
  field("case", result.id.name);
  field("kernel", result.id.kernel);
  field("cell", result.id.cell);
  field("size", result.id.size);
  field("outcome", result.judgement.outcome);
  field("kind", result.judgement.kind);
  field("reason", result.judgement.reason);
  field("attempt", result.attempt);
  field("seconds", result.seconds);
  field("echo", result.echo);
  field("explanation", result.explanation);
  field("witness", result.witness);
}

template <Is<SplatRecord> T>
void fields(T& splat, auto&& field) {
  field("kernel", splat.kernel);
  field("where", splat.where);
  field("kind", splat.kind);
  field("title", splat.title);
  field("fingerprint", splat.fingerprint);
  field("lines", splat.lines);
  field("during", splat.during);
  field("ignored", splat.ignored);
  field("attempt", splat.attempt);
}

template <Is<Transparency> T>
void fields(T& seen, auto&& field) {
  field("entered", seen.entered);
  field("left", seen.left);
  field("refragmented", seen.refragmented);
  field("unjudged", seen.unjudged);
  field("problem", seen.problem);
  field("capture", seen.capture);
}

template <Is<ViolationRecord> T>
void fields(T& violation, auto&& field) {
  field("suite", violation.suite);
  field("case", violation.name);
  field("kernel", violation.kernel);
  field("cell", violation.cell);
  field("kind", violation.kind);
  field("reason", violation.reason);
  field("sizes", violation.sizes);
  field("count", violation.count);
  field("lines", violation.lines);
  field("attempt", violation.attempt);
}

template <Is<NoteRecord> T>
void fields(T& note, auto&& field) {
  field("kernel", note.kernel);
  field("about", note.about);
  field("text", note.text);
}

// ---- writing

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

// ---- reading: what is missing keeps its default, what is there has to have the right type

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

// ---- the kinds

template <class T>
constexpr const char* type_of = nullptr;
template <>
constexpr const char* type_of<RunRecord> = "run";
template <>
constexpr const char* type_of<KernelRecord> = "kernel";
template <>
constexpr const char* type_of<PhaseRecord> = "phase";
template <>
constexpr const char* type_of<SweepRecord> = "sweep";
template <>
constexpr const char* type_of<CaseRecord> = "case";
template <>
constexpr const char* type_of<SplatRecord> = "splat";
template <>
constexpr const char* type_of<ViolationRecord> = "violation";
template <>
constexpr const char* type_of<NoteRecord> = "note";

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
