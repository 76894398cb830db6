// SPDX-License-Identifier: GPL-2.0-or-later
#include "reports/control.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

#include "framework/verdict/signature.hpp"

namespace refrag::reports {

namespace {

using verdict::Outcome;

// The signature's name, "" for a kernel that is well; nothing when the cases do not say.
std::optional<std::string> name_of(const KernelRun& kernel, int mtu) {
  const auto says_nothing = [](const verdict::CaseRecord& one) {
    const auto outcome = one.judgement.outcome;
    return outcome == Outcome::broken || outcome == Outcome::hung || outcome == Outcome::crashed;
  };
  if (kernel.cases.empty() || std::ranges::any_of(kernel.cases, says_nothing)) return std::nullopt;
  return verdict::signature_of(kernel.cases, mtu).name;
}

const KernelRun* kernel_of(const Run& run, const std::string& label) {
  const auto found =
      std::ranges::find(run.kernels, label, [](const KernelRun& one) { return one.kernel.label; });
  return found == run.kernels.end() ? nullptr : &*found;
}

std::string line(const std::string& label, const KernelRun& xen, int xen_mtu, const KernelRun& wire,
                 int wire_mtu) {
  const auto there = where(xen, xen_mtu, wire, wire_mtu);
  const auto on_xen = name_of(xen, xen_mtu).value_or("");
  const auto on_wire = name_of(wire, wire_mtu).value_or("");
  const auto what = there == Where::different
                        ? fmt::format("{} on Xen, {} on wires", on_xen, on_wire)
                        : (on_xen.empty() ? on_wire : on_xen);
  return fmt::format("{}: {}{}{}\n", label, what, what.empty() ? "" : ": ", to_text(there));
}

}  // namespace

Where where(const KernelRun& xen, int xen_mtu, const KernelRun& wire, int wire_mtu) {
  const auto on_xen = name_of(xen, xen_mtu);
  const auto on_wire = name_of(wire, wire_mtu);
  if (!on_xen || !on_wire) return Where::unknown;
  if (*on_xen == *on_wire) return on_xen->empty() ? Where::nowhere : Where::both;
  if (on_wire->empty()) return Where::xen_only;
  return on_xen->empty() ? Where::bridge_only : Where::different;
}

std::string_view to_text(Where where) {
  static constexpr std::array<std::string_view, 6> words = {
      "nothing found on either testbed", "both", "Xen only", "bridge only", "not the same",
      "one testbed proves nothing"};
  return words[static_cast<std::size_t>(where)];
}

std::string control_words(const Run& xen, const Run& wire) {
  static const KernelRun none;
  std::string text;
  for (const auto& kernel : xen.kernels) {
    const auto& label = kernel.kernel.label;
    const auto* other = kernel_of(wire, label);
    text += line(label, kernel, xen.run.mtu, other != nullptr ? *other : none, wire.run.mtu);
  }
  for (const auto& kernel : wire.kernels) {
    const auto& label = kernel.kernel.label;
    if (kernel_of(xen, label) == nullptr) text += line(label, none, 0, kernel, wire.run.mtu);
  }
  return text;
}

}  // namespace refrag::reports
