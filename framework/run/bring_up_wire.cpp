// SPDX-License-Identifier: GPL-2.0-or-later
// One QEMU machine with the kernel under test, the runner's own endpoints at its cards.
#include "framework/lab/accelerator.hpp"
#include "framework/lab/images.hpp"
#include "framework/lab/wire_machine.hpp"
#include "framework/run/bring_up.hpp"

namespace refrag::run {

using base::Deadline;
using base::seconds;
using verdict::End;
using verdict::Outcome;

namespace {

// At the latest; one that hangs is found out sooner (testbed/wire_commands.hpp).
constexpr auto answer_time = seconds(120);

class WireBed : public Bed {
 public:
  WireBed(std::unique_ptr<lab::WireMachine> machine, lab::Accelerator accelerator)
      : machine_(std::move(machine)) {
    const auto& host = machine_->facts().machines.front();
    properties_ = {{"host.release", host.release},
                   {"host.build-id", host.build_id},
                   {"host.platform", host.platform},
                   {verdict::property::accelerator, std::string(to_text(accelerator))},
                   {"image.machine", base::sha256_file(lab::machine_program("wire"))}};
  }

  const fs::path& address() const override { return machine_->address(); }
  const std::map<std::string, std::string>& properties() const override { return properties_; }
  int watch_fd() const override { return machine_->death_fd(); }
  std::string console_tail() const override { return machine_->console_tail(); }

  verdict::Ending check() override {
    const auto trouble = machine_->trouble(Deadline::in(answer_time));
    if (!trouble) return {};
    const auto end = trouble->how == Outcome::crashed ? End::host_crashed
                     : trouble->how == Outcome::hung  ? End::host_hung
                                                      : End::lab_failed;
    return {end, trouble->what};
  }

  // The suites have taken it, sweep by sweep, from the boot on.
  std::vector<std::string> kernel_log(Deadline) override { return {}; }

  // They are with every sweep: the machine has no rules but the knob's.
  std::map<std::string, std::string> settings(Deadline) override { return {}; }

 private:
  std::unique_ptr<lab::WireMachine> machine_;
  std::map<std::string, std::string> properties_;
};

}  // namespace

void prepare_wire(Deadline) { lab::machine_program("wire"); }

BedOrNot bring_up_wire(const BringUp& wanted) {
  const lab::WireSpec spec{.kernel = wanted.build,
                           .accelerator = lab::find_accelerator(wanted.deadline),
                           .folder = wanted.folder};
  auto booted = lab::WireMachine::boot(spec, wanted.events, wanted.deadline);
  if (auto* failed = std::get_if<testbed::NotUp>(&booted)) return std::move(*failed);
  return std::make_unique<WireBed>(std::get<std::unique_ptr<lab::WireMachine>>(std::move(booted)),
                                   spec.accelerator);
}

}  // namespace refrag::run
