// Forks of the program. The child goes on being watched, whatever the parent's other threads were in the middle of.
#pragma once

namespace heddle::native {

/// Once a process, before the program's first instruction: its own pthread_atfork handlers then find the runtime at work.
void prepare_forks();

} // namespace heddle::native
