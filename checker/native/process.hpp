// The process of a run as a whole: set up once, before the program's first instruction.
#pragma once

#include <cstdint>
#include <span>

#include "native/hook.hpp"

namespace heddle::native {

/// Faults, aborts and uncaught exceptions are reported before they end the process.
void watch_for_faults();
/// In a forked child of the program: nothing is looked at any more.
void leave_watch();
/// Libraries that the program uses get the hooks for threads, locks and the heap too. May be called again for new ones.
void bind_libraries();
/// Makes the key whose destructor notes the end of threads.
void prepare_thread_ends();

} // namespace heddle::native
