// The process of a run as a whole: set up once, before the program's first instruction.
#pragma once

#include <cstdint>
#include <span>

#include "native/hook.hpp"
#include "program/module.hpp"

namespace heddle::native {

/// Faults, aborts and uncaught exceptions are reported before they end the process.
void watch_for_faults();
/// Threads write where they are when they are asked to (by the signal on the board).
void answer_where();
/// In a forked child of the program: its ending is not reported any more.
void forget_faults();
/// … nothing is looked at any more.
void leave_watch();
/// How many signal handlers the calling thread is in that interrupted it anywhere.
extern thread_local constinit unsigned signal_handlers;
/// In such a one it uses the heap, which the interrupted code may have been in the middle of.
void found_in_signal_handler(std::uint64_t pc);
/// Libraries that the program uses get the hooks for threads, locks and the heap too. May be called again for new ones.
void bind_libraries();
/// What the program gets for a name that is defined there.
void* program_import(const char* name, void* definition);
/// Whether the loaded program has patterns, which its static constructors make known.
bool registers_patterns();
/// Makes the key whose destructor notes the end of threads.
void prepare_thread_ends();
/// Looks up where the program's thread-local objects are.
void prepare_thread_locals(const program::Module& module);
/// The calling thread's ones exist from now on, and nothing is known of their memory: the loader takes it from the heap,
/// unseen, where other objects may have been.
void fresh_thread_locals();

} // namespace heddle::native
