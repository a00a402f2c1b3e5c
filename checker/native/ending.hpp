// The end of the process, after the program's own handlers for it.
#pragma once

#include <chrono>

namespace heddle::native {

/// Once a process, before the program's first instruction. `lingers`: how long threads that still run at the end may go on,
/// so that what they do is seen.
void prepare_ending(std::chrono::milliseconds lingers);
/// exit() is about to be called: from here on threads may wait for ever.
void begin_ending();
/// What is done then; also for _exit(), which runs no handlers.
void at_the_end();

} // namespace heddle::native
