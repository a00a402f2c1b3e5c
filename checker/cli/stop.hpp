// Ctrl-C: the first asks all checks to end with what they have, the second ends everything.
#pragma once

#include <sys/types.h>

#include "explore/check.hpp"

namespace heddle::cli {

/// Handles SIGINT and SIGTERM from now on, in this process and those it forks. Waiting system calls are interrupted.
void stop_on_signals();

/// Asks a process forked by this one to stop too. Harmless when it was asked already.
void pass_on_stop(pid_t process);

/// Whether to stop; true from the first signal on.
const explore::StopFlag& stop_flag();

} // namespace heddle::cli
