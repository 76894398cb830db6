// SPDX-License-Identifier: GPL-2.0-or-later
// What the boot program tells the runner: marks in the kernel's log, so that a line is never torn
// by the kernel's own and keeps its place among them. They read
//   refrag: NAME SECONDS                 a phase has been reached, at that uptime
//   refrag: failed NAME: REASON          the phase it could not reach
//   refrag: | TEXT                       a line of a log that explains the failure
#pragma once

namespace refrag::boot {

void open_console();  // before any of the others; /dev has to be there
void mark(const char* name);
void fail(const char* name, const char* reason);
void quote(const char* log_path);  // the last lines of a log

double uptime();  // seconds

}  // namespace refrag::boot
