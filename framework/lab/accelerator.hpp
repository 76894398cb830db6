// SPDX-License-Identifier: GPL-2.0-or-later
// Which accelerator QEMU can use on this machine.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "framework/base/deadline.hpp"
#include "framework/lab/qemu.hpp"

namespace refrag::lab {

// KVM if the guests' kernel has booted and powered off with it, else TCG. /dev/kvm can be there,
// answer and still not run anything, so it is tried; the answer is kept until this machine boots
// again.
Accelerator find_accelerator(base::Deadline deadline);

// "kvm", "tcg"
std::string_view to_text(Accelerator accelerator);

// The answer as it is kept: "BOOT_ID kvm". nullopt when it is of another boot, or no answer.
std::string kept_answer(std::string_view boot_id, Accelerator answer);
std::optional<Accelerator> answer_for(std::string_view boot_id, std::string_view kept);

}  // namespace refrag::lab
