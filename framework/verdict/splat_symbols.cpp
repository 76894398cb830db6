// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/verdict/splat_symbols.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "framework/verdict/splat.hpp"

namespace refrag::verdict {

namespace {

constexpr std::size_t most_symbols = 3;

// They report what others did.
constexpr std::array<std::string_view, 34> reporters = {"dump_stack",
                                                        "dump_stack_lvl",
                                                        "show_stack",
                                                        "show_trace",
                                                        "show_trace_log_lvl",
                                                        "dump_trace",
                                                        "__warn",
                                                        "warn_slowpath_common",
                                                        "warn_slowpath_null",
                                                        "warn_slowpath_fmt",
                                                        "__warn_printk",
                                                        "report_bug",
                                                        "handle_bug",
                                                        "exc_invalid_op",
                                                        "asm_exc_invalid_op",
                                                        "do_error_trap",
                                                        "do_trap",
                                                        "do_invalid_op",
                                                        "invalid_op",
                                                        "die",
                                                        "__die",
                                                        "oops_end",
                                                        "no_context",
                                                        "page_fault_oops",
                                                        "exc_page_fault",
                                                        "asm_exc_page_fault",
                                                        "__bad_area_nosemaphore",
                                                        "bad_area_nosemaphore",
                                                        "do_page_fault",
                                                        "page_fault",
                                                        "warn_alloc",
                                                        "nmi_cpu_backtrace",
                                                        "sysvec_apic_timer_interrupt",
                                                        "asm_sysvec_apic_timer_interrupt"};

// What begins a line that is neither a frame nor a register and belongs to a splat all the same.
constexpr std::array<std::string_view, 22> parts = {
    "<",       "</",   "Call Trace", "Call trace", "RIP", "Code:", "Modules linked in",
    "CR2",     "---[", "[<",         "?",          "RSP", "RAX",   "RDX",
    "RBP",     "R10",  "R13",        "FS:",        "CS:", "DR0",   "PKRU",
    "Process "};

bool is_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '$';
}

std::string bare(std::string_view symbol) {
  for (const auto* added : {".isra.", ".constprop.", ".part.", ".cold", ".llvm.", ".lto_priv."}) {
    symbol = symbol.substr(0, symbol.find(added));
  }
  return std::string(symbol);
}

std::string with_numbers_hidden(std::string_view text) {
  std::string plain;
  bool in_number = false;
  for (const char c : text.substr(0, 120)) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit) plain += c;
    if (digit && !in_number) plain += 'N';
    in_number = digit;
  }
  return plain;
}

bool is_uncertain(std::string_view line) {
  return line.starts_with("? ") || line.find("] ? ") != line.npos;
}

}  // namespace

std::string symbol_in(std::string_view line) {
  for (auto at = line.find("+0x"); at != line.npos; at = line.find("+0x", at + 1)) {
    auto begin = at;
    while (begin > 0 && is_word(line[begin - 1])) --begin;
    if (begin < at) return bare(line.substr(begin, at - begin));
  }
  return {};
}

bool belongs_to_trace(std::string_view line) {
  if (line.empty() || line.find("+0x") != line.npos) return true;
  return std::ranges::any_of(parts, [&](std::string_view part) { return line.starts_with(part); });
}

std::string fingerprint_of(const std::string& kind, std::string_view title,
                           std::span<const std::string> lines) {
  std::vector<std::string> symbols;
  const auto add = [&](std::string_view line) {
    const auto symbol = symbol_in(line);
    const bool reports = std::ranges::find(reporters, symbol) != reporters.end();
    const bool known = std::ranges::find(symbols, symbol) != symbols.end();
    if (!symbol.empty() && !reports && !known) symbols.push_back(symbol);
  };
  add(title);
  for (const auto& raw : lines) {
    const auto line = without_time(raw);
    if (!is_uncertain(line)) add(line);
    if (symbols.size() >= most_symbols) break;
  }
  auto text = kind + ":";
  if (symbols.empty()) return text + with_numbers_hidden(title);
  for (std::size_t i = 0; i < std::min(symbols.size(), most_symbols); ++i) {
    text += (i > 0 ? "|" : "") + symbols[i];
  }
  return text;
}

}  // namespace refrag::verdict
