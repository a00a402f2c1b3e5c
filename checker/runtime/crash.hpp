// What would kill the process, when the program under test does it, ends its execution instead.
#pragma once

namespace heddle::runtime {

/// Signals of faults in the program's code become `fail` operations.
void catch_crashes();
void stop_catching_crashes();

/// A thread that runs for so long without a visible operation is stopped with a `fail` operation. 0: never.
/// @return how long it was before
unsigned watch(unsigned milliseconds);

} // namespace heddle::runtime
