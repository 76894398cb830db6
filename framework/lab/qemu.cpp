// SPDX-License-Identifier: GPL-2.0-or-later
#include "framework/lab/qemu.hpp"

#include <fmt/format.h>

namespace refrag::lab {

std::string module(const std::filesystem::path& file, const std::string& arguments) {
  const auto text = arguments.empty() ? file.string() : file.string() + " " + arguments;
  std::string doubled;
  for (const char c : text) doubled += c == ',' ? ",," : std::string(1, c);
  return doubled;
}

std::vector<std::string> command_line(const Machine& machine) {
  const bool kvm = machine.accelerator == Accelerator::kvm;
  std::vector<std::string> words = {"qemu-system-x86_64",
                                    "-accel",
                                    kvm ? "kvm" : "tcg,thread=multi",
                                    "-machine",
                                    machine.board,
                                    "-cpu",
                                    kvm ? "host" : machine.cpu,
                                    "-smp",
                                    fmt::format("{}", machine.cpus),
                                    "-m",
                                    fmt::format("{}", machine.memory_mib),
                                    "-nodefaults",
                                    "-no-user-config",
                                    "-no-reboot",
                                    "-display",
                                    "none",
                                    "-serial",
                                    "stdio",
                                    "-kernel",
                                    machine.kernel.string()};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  add("-append", machine.kernel_arguments);
  add("-initrd", machine.initrd);
  words.insert(words.end(), machine.more.begin(), machine.more.end());
  return words;
}

}  // namespace refrag::lab
