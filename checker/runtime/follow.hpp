// Library code, followed instruction by instruction while its effects are recorded: the processor traps after each, and what
// the instruction reads and writes of the program's memory is told like an access of the program's own, at the place of its
// call. So the compiled half of libstdc++, libc's functions and libraries without hooks need no description.
//
// Followed is what is called through an import that is not known otherwise, or through a vtable of a library. Hooks that the
// library calls, and functions of the program that it calls back, run as ever: their return address is exchanged for that of a
// trampoline (entry.S), from which following goes on. Only recorded segments are followed: native code runs there for
// what is new, once; when a run catches up with what is known, nothing is.
//
// Not followed: what system calls do to memory beyond a table of the common ones, memory of the operating system's thread, and
// the order that atomic instructions of the library's own bring about (that ends as unsupported).
//
// Tests: tests/faults/{map_on_the_stack,list_empty_unlocked,pool_resource,string_cxx17,…}, tests/library_code, tests/compiled_libraries;
// unit tests "follow: …".
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "runtime/fiber.hpp"
#include "runtime/import.hpp"

namespace heddle::runtime {

/// The current fiber is about to enter the library's function from the program; `stack` is its stack pointer there, where the
/// return address is. @return whether it can be followed: the processor must then be set to trap.
bool follow(const Import& import, std::uint64_t stack);

/// In the handler of a trap, of this context: what the next instruction does is told. @return false when nobody follows.
bool follow_step(void* context);

/// The fiber goes on after a hook, and its segment is recorded: if it was library code that called the hook, in a run that
/// nobody followed so far, it is followed from there.
void follow_from_hook(Fiber& fiber);

/// An exception is about to unwind the stack: the real return addresses must be there.
void follow_no_further();

/// The code of a library that came with the program has accessed memory in the calls at both places, and it has instructions that
/// synchronise, so that the two accesses may be in an order that nobody knows. @return its name, else empty
std::string library_that_synchronises(std::uint64_t pc, std::uint64_t other);

/// Before anything is followed: the functions of libc that are ours when libraries call them.
void prepare_to_follow();

} // namespace heddle::runtime
