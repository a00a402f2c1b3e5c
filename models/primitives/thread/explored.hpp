// Threads, for whatever interface the program uses. A handle is a thread's number plus one: none is zero.
#pragma once

#include <cstdint>

#include <pthread.h>

#include "runtime/fiber.hpp"

namespace heddle::primitives {

/// The handle of the new thread is written to `handle`. Ends the hook that calls it: its caller gets 0.
int create_thread(const runtime::StartRequest& request, pthread_t* handle, bool detached, std::uint64_t pc);

/// Waits for the thread, then writes the first `size` bytes of what its function returned to `result` (if not null). Fails
/// when it is no thread, or joined or detached already. Ends the hook that calls it: its caller gets 0.
int join_thread(pthread_t handle, void* result, std::size_t size, std::uint64_t pc);

/// Ends the current thread. The stack is unwound so that destructors run; catch (...) is passed.
[[noreturn]] void exit_thread(void* value);

} // namespace heddle::primitives
