// Where the stack of the program's main ends.
#pragma once

namespace heddle::native {

/// Calls the function, which must not return, as if nothing had called it: an exception that it does not catch finds no handler in
/// heddle's own calls, so that std::terminate is called where it was thrown, with the program's calls still there.
extern "C" [[noreturn]] void heddle_call_outermost(void (*function)(void*), void* argument);

} // namespace heddle::native
