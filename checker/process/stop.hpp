// Ctrl-C: the first asks all work to end with what it has, the second ends everything.
#pragma once

#include <sys/types.h>

#include "core/stop_flag.hpp"

namespace heddle::process {

/// Handles SIGINT and SIGTERM from now on, in this process and those it forks. Waiting system calls are interrupted.
void stop_on_signals();

/// Asks a process forked by this one to stop too. Harmless when it was asked already.
void pass_on_stop(pid_t process);

/// Whether to stop; true from the first signal on.
const StopFlag& stop_flag();

} // namespace heddle::process
