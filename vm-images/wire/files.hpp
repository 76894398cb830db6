// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's files as the runner asks for them: what they say, and what they are told.
#pragma once

#include "framework/protocol/message.hpp"

namespace refrag::wire {

// read path=P...  answers with path=P text=T for each that can be read
protocol::Message read_files(const protocol::Message& request);

// write [path=P text=T]...  in this order; answers with path=P for each that did not take it
protocol::Message write_files(const protocol::Message& request);

}  // namespace refrag::wire
