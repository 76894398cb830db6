// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/splat.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "framework/verdict/splat_symbols.hpp"

namespace refrag::verdict {

namespace {

constexpr std::string_view cut_here = "------------[ cut here ]------------";
constexpr std::string_view end_trace = "---[ end trace";
constexpr std::size_t most_before = 6;  // lines between the cut and what it is

struct Start {
  std::string_view text;  // somewhere in the line
  const char* kind;
};

// The first that fits decides.
constexpr std::array starts = {
    Start{"circular locking dependency detected", "lockdep"},
    Start{"possible recursive locking detected", "lockdep"},
    Start{"inconsistent lock state", "lockdep"},
    Start{"lock ordering issue", "lockdep"},
    Start{"bad unlock balance detected", "lockdep"},
    Start{"irq lock inversion dependency detected", "lockdep"},
    Start{"-> HARDIRQ-unsafe lock order detected", "lockdep"},
    Start{"-> SOFTIRQ-unsafe lock order detected", "lockdep"},
    Start{"held lock freed", "lockdep"},
    Start{"lock held when returning to user space", "lockdep"},
    Start{"suspicious RCU usage", "lockdep"},
    Start{"Invalid wait context", "lockdep"},
    Start{"page allocation failure", "page allocation failure"},
    Start{"blocked for more than", "hung task"},
    Start{"soft lockup", "stall"},
    Start{"hard LOCKUP", "stall"},
    Start{"self-detected stall", "stall"},
    Start{"detected stalls on CPUs", "stall"},
    Start{"detected expedited stalls", "stall"},
    Start{"workqueue lockup", "stall"},
    Start{"unable to handle", "oops"},
    Start{"Unable to handle kernel", "oops"},
    Start{"NULL pointer dereference", "oops"},
    Start{"general protection fault", "oops"},
    Start{"Oops: ", "oops"},
    Start{"invalid opcode: ", "oops"},
    Start{"divide error: ", "oops"},
    Start{"double fault: ", "oops"},
    Start{"kernel BUG at ", "bug"},
    Start{"BUG: ", "bug"},
    Start{"UBSAN: ", "bug"},
    Start{"KCSAN: ", "bug"},
    Start{"KFENCE: ", "bug"},
    Start{"Xen BUG at ", "bug"},
    Start{"Xen WARN at ", "warning"},
    Start{"WARNING: ", "warning"},
    Start{"Badness at ", "warning"},
    Start{"Badness in ", "warning"},
};

// A user's program that crashes, and what only tells of a splat that was or may be.
constexpr std::array<std::string_view, 5> harmless = {
    "traps: ", " segfault at ", "hung_task_timeout_secs", "CPU: ", "Modules linked in"};

bool has(std::string_view line, std::string_view part) { return line.find(part) != line.npos; }

std::optional<std::string> kind_of(std::string_view line) {
  const auto it = std::ranges::find_if(starts, [&](const auto& s) { return has(line, s.text); });
  if (it == starts.end()) return std::nullopt;
  const bool tells_a_place = has(line, " at ") || has(line, "Badness");
  const std::string kind = it->kind;
  // A warning without a place is a driver's opinion: the kernel's own say where.
  if (kind == "warning" && !tells_a_place) return std::nullopt;
  const auto begins = [&](std::string_view part) { return has(line.substr(0, 60), part); };
  const bool is_harmless = kind != "warning" && std::ranges::any_of(harmless, begins);
  return is_harmless && !has(line, "Oops: ") ? std::nullopt : std::optional(kind);
}

// What an oops says after its first line is no second one.
bool continues(const std::string& open, const std::string& next) {
  if (open == "oops" || open == "bug") return next == "oops" || next == "bug";
  return open == "lockdep" || open == next;
}

class Reader {
 public:
  std::vector<Splat> take() {
    close();
    return std::move(found_);
  }

  void line(const std::string& raw, std::size_t place) {
    const auto text = without_time(raw);
    if (has(text, cut_here)) {
      begin(place);
      state_ = State::cut;
      return current_.lines.push_back(raw);
    }
    const auto kind = kind_of(text);
    const bool goes_on = state_ == State::inside && kind && continues(current_.kind, *kind);
    if (kind && !goes_on) open(*kind, text, place);
    if (state_ >= State::inside) return add(raw, text);
    if (state_ == State::cut && current_.lines.size() < most_before) current_.lines.push_back(raw);
  }

 private:
  enum class State {
    outside,
    cut,     // "cut here" was seen, and not yet what it is
    inside,  // before its call trace
    traced,
  };

  void begin(std::size_t place) {
    close();
    current_.first = place;
  }

  void open(const std::string& kind, std::string_view title, std::size_t place) {
    if (state_ != State::cut) begin(place);
    current_.kind = kind;
    current_.title = title;
    state_ = State::inside;
  }

  void add(const std::string& raw, std::string_view text) {
    if (has(text, "Call Trace:") || has(text, "Call trace:")) state_ = State::traced;
    const bool over = state_ == State::traced && !belongs_to_trace(text);
    if (over || current_.lines.size() >= Splat::most_lines) return close();
    current_.lines.push_back(raw);
    if (has(text, end_trace)) close();
  }

  void close() {
    if (state_ >= State::inside) {
      current_.fingerprint = fingerprint_of(current_.kind, current_.title, current_.lines);
      found_.push_back(std::move(current_));
    }
    current_ = {};
    state_ = State::outside;
  }

  std::vector<Splat> found_;
  Splat current_;
  State state_ = State::outside;
};

}  // namespace

std::string_view without_time(std::string_view line) {
  // "[   12.345678]" and "<4>", of digits alone; how long it is, 0 when it is none.
  const auto bracketed = [&](char open, char close) -> std::size_t {
    if (!line.starts_with(open)) return 0;
    const auto end = line.find_first_not_of(" .0123456789", 1);
    return end != line.npos && end > 1 && line[end] == close ? end + 1 : 0;
  };
  line.remove_prefix(bracketed('<', '>'));
  if (const auto time = bracketed('[', ']'); time > 0) {
    line.remove_prefix(time);
    const bool has_caller = line.starts_with('[') && line.find(']') < 16;  // "[    T1]"
    if (has_caller) line.remove_prefix(line.find(']') + 1);
  }
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  return line;
}

std::vector<Splat> splats_in(std::span<const std::string> log) {
  Reader reader;
  for (std::size_t i = 0; i < log.size(); ++i) reader.line(log[i], i);
  return reader.take();
}

}  // namespace refrag::verdict
