// Threads, for whatever interface the program uses. A handle is a thread's number plus one: none is zero.
#pragma once

#include <cstdint>

#include <pthread.h>

#include "runtime/fiber.hpp"

namespace heddle::primitives {

/// @return the new thread's handle
pthread_t create_thread(const runtime::StartRequest& request, std::uint64_t pc);

/// Waits for the thread. Fails when it is none, or joined or detached already. @return what its function returned
void* join_thread(pthread_t handle, std::uint64_t pc);

/// Ends the current thread. The stack is unwound so that destructors run; catch (...) is passed.
[[noreturn]] void exit_thread(void* value);

} // namespace heddle::primitives
