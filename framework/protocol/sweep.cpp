// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/protocol/sweep.hpp"

#include <array>
#include <initializer_list>

#include "framework/protocol/sizes.hpp"

namespace refrag::protocol {
namespace {

using std::uint16_t;
using std::uint32_t;

constexpr std::array<std::string_view, 4> kEnds = {"answered", "settled", "quiet", "deadline"};

// A row of a table is one field of numbers with commas between them.
void add_row(Message& message, std::initializer_list<uint32_t> numbers) {
  std::string text;
  for (const uint32_t number : numbers) {
    if (!text.empty()) text += ',';
    text += std::to_string(number);
  }
  message.add("row", text);
}

bool read_row(std::string_view text, std::initializer_list<uint32_t*> numbers) {
  std::size_t left = numbers.size();
  for (uint32_t* const target : numbers) {
    const auto comma = text.find(',');
    const auto number = to_number(text.substr(0, comma));
    if (!number || *number < 0 || *number > UINT32_MAX) return false;
    *target = static_cast<uint32_t>(*number);
    if ((--left == 0) != (comma == text.npos)) return false;
    if (left) text.remove_prefix(comma + 1);
  }
  return true;
}

bool fits(const std::vector<uint32_t>& sizes, std::int64_t count) {
  return !sizes.empty() && sizes.size() * static_cast<std::size_t>(count) <= kMaxProbes;
}

bool read_common(const Message& message, auto& request) {
  const auto ident = message.number("ident", 0, UINT16_MAX);
  const auto seed = message.number("seed", 0, UINT32_MAX);
  const auto count = message.number("count", 1, kMaxCount);
  auto sizes = parse_sizes(message.text("sizes").value_or(""));
  if (!ident || !seed || !count || !sizes || !fits(*sizes, *count)) return false;
  request.ident = static_cast<uint16_t>(*ident);
  request.seed = static_cast<uint32_t>(*seed);
  request.count = static_cast<int>(*count);
  request.sizes = std::move(*sizes);
  request.udp = message.number("udp", 0, 1) == 1;
  return !request.udp || request.ident >= kFirstUdpIdent;
}

void add_common(Message& message, const auto& request) {
  message.add("ident", request.ident);
  message.add("seed", std::int64_t{request.seed});
  message.add("count", request.count);
  message.add("sizes", sizes_text(request.sizes));
  if (request.udp) message.add("udp", 1);
}

}  // namespace

Message to_message(const SweepRequest& request, std::string_view verb) {
  Message message{0, std::string(verb)};
  message.add("to", request.to);
  message.add("dev", request.device);
  message.add("df", request.dont_fragment);
  message.add("quiet", request.quiet_ms);
  message.add("deadline", request.deadline_ms);
  add_common(message, request);
  return message;
}

std::optional<SweepRequest> to_sweep_request(const Message& message) {
  SweepRequest request;
  const auto df = message.number("df", 0, 1);
  const auto quiet = message.number("quiet", 1, 60000);
  const auto deadline = message.number("deadline", 1, 600000);
  if (!df || !quiet || !deadline || !read_common(message, request)) return std::nullopt;
  request.to = message.text("to").value_or("");
  request.device = message.text("dev").value_or("");
  request.dont_fragment = *df == 1;
  request.quiet_ms = static_cast<int>(*quiet);
  request.deadline_ms = static_cast<int>(*deadline);
  if (request.to.empty() || request.device.empty()) return std::nullopt;
  return request;
}

Message to_message(const SweepResult& result) {
  Message message{0, std::string(kOk)};
  message.add("end", kEnds[static_cast<std::size_t>(result.end)]);
  message.add("elapsed", result.elapsed_ms);
  message.add("stray", result.stray);
  for (const SizeResult& s : result.sizes) {
    add_row(message, {s.size, s.sent, s.good, s.wrong_length, s.wrong_payload, s.duplicates,
                      s.too_long, s.other_errno, s.first_us, s.max_us});
  }
  return message;
}

std::optional<SweepResult> to_sweep_result(const Message& message) {
  SweepResult result;
  const auto elapsed = message.number("elapsed", 0, UINT32_MAX);
  const auto stray = message.number("stray", 0, UINT32_MAX);
  const auto end = message.text("end");
  if (!elapsed || !stray || !end) return std::nullopt;
  result.elapsed_ms = static_cast<uint32_t>(*elapsed);
  result.stray = static_cast<uint32_t>(*stray);
  std::size_t index = 0;
  while (index < kEnds.size() && kEnds[index] != *end) ++index;
  if (index == kEnds.size()) return std::nullopt;
  result.end = static_cast<SweepEnd>(index);
  for (const Field& field : message.fields) {
    if (field.key != "row") continue;
    SizeResult s;
    if (!read_row(field.value,
                  {&s.size, &s.sent, &s.good, &s.wrong_length, &s.wrong_payload, &s.duplicates,
                   &s.too_long, &s.other_errno, &s.first_us, &s.max_us})) {
      return std::nullopt;
    }
    result.sizes.push_back(s);
  }
  return result;
}

Message to_message(const WatchRequest& request) {
  Message message{0, "watch"};
  message.add("from", request.from);
  message.add("dev", request.device);
  if (request.also) message.add("also", 1);
  add_common(message, request);
  return message;
}

std::optional<WatchRequest> to_watch_request(const Message& message) {
  WatchRequest request;
  if (!read_common(message, request)) return std::nullopt;
  request.from = message.text("from").value_or("");
  request.also = message.number("also", 0, 1) == 1;
  request.device = message.text("dev").value_or("");
  if (request.from.empty() || request.device.empty()) return std::nullopt;
  return request;
}

Message to_message(const std::vector<SeenSize>& seen) {
  Message message{0, std::string(kOk)};
  for (const SeenSize& s : seen) {
    add_row(message, {s.size, s.good, s.wrong_length, s.wrong_payload, s.duplicates});
  }
  return message;
}

std::optional<std::vector<SeenSize>> to_seen(const Message& message) {
  std::vector<SeenSize> seen;
  for (const Field& field : message.fields) {
    if (field.key != "row") continue;
    SeenSize s;
    if (!read_row(field.value,
                  {&s.size, &s.good, &s.wrong_length, &s.wrong_payload, &s.duplicates})) {
      return std::nullopt;
    }
    seen.push_back(s);
  }
  return seen;
}

}  // namespace refrag::protocol
