// What would kill the process, when the program under test does it, ends its execution instead.
#pragma once

namespace heddle::runtime {

/// Signals of faults in the program's code become `fail` operations.
void catch_crashes();
void stop_catching_crashes();

/// A thread that runs for so long without a visible operation is stopped with a `fail` operation; one that is seen to go round
/// for ever, after a quarter of that. 0: never.
/// @return how long it was before
unsigned watch(unsigned milliseconds);

/// The current thread has run for so long, and was in a hook each time that the watchdog looked: hooks ask, and stop it.
bool is_overdue();
/// Stops it with a `fail` operation whose operand is ran_long.
[[noreturn]] void stop_overdue(unsigned long pc);

} // namespace heddle::runtime
