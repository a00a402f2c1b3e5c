// The locals of a function that has just been entered: memory that nobody has written, in which functions that have returned have
// left what they had there. Where states are told apart it is cleared, or the same state would be taken for many.
#pragma once

#include <cstdint>

namespace heddle::runtime {

/// Finds out about the functions of the loaded program. To be called before it runs: their stacks are no place for that.
void learn_frames();

/// Clears the locals of the function that has just called its entry hook.
/// @param return_address of that call, in the function
/// @param stack_pointer the function's, at the call
void clear_new_frame(std::uint64_t return_address, std::uint64_t stack_pointer);

} // namespace heddle::runtime
