// What runs when a thread or the process ends: destructors of thread_local objects, what was registered by atexit and its
// kin (destructors of static objects, mostly), and the program's own destructor functions. As in libc the process's are kept in
// one list, the newest first, and what is registered while they run comes next.
//
// The list is memory of the program: who comes when is explored, and is part of what threads have read. Only main uses it in
// most programs; where others can, a lock guards it, as libc's does (Module::may_register_exits, may_exit_anywhere).
//
// Tests: tests/faults/{thread_in_global,static_destructor_races,exit_functions_in_order,…}.
#pragma once

#include <cstdint>

#include "program/module.hpp"
#include "runtime/fiber.hpp"

namespace heddle::runtime {

/// Puts the list into the program's memory, with what static constructors have registered so far.
void place_exit_functions(const program::Module& module);
/// Forgets what static constructors have registered: they will do so again.
void forget_exit_functions();
/// Main begins with the destructors of the thread_local objects that static constructors have made.
void take_exit_calls_of_constructors(Fiber& main);

/// Destroys the current thread's thread_local objects.
void run_thread_exit_calls();
/// When those are gone: makes ready and notifies what std::promise::set_value_at_thread_exit and its kin have left for then.
void run_at_thread_exit();
/// main has returned (or the pattern has): the process ends as by exit(0), but that other threads go on.
void end_process(std::uint64_t pc);
/// main ends by pthread_exit: who then ends the process is not known.
void require_no_exit_functions(std::uint64_t pc);

} // namespace heddle::runtime
