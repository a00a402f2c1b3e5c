// Functions that a program may define to be told what a race detector does, and to say how it is to behave, as
// <sanitizer/tsan_interface.h> and <sanitizer/common_interface_defs.h> have them.
#pragma once

#include <cstddef>
#include <string>

#include "native/findings.hpp"
#include "program/module.hpp"

namespace heddle::native {

/// Null: not defined.
struct Callbacks {
    void (*initialised)() = nullptr;
    int (*ended)(int failed) = nullptr;
    void (*reported)(void* report) = nullptr;
    void (*summary)(const char* line) = nullptr;
    void (*printed)(const char* text) = nullptr;
    void (*dies)() = nullptr; ///< set while the program runs
    void (*allocated)(const volatile void* block, std::size_t size) = nullptr;
    void (*freed)(const volatile void* block) = nullptr;
};
extern Callbacks callbacks;

/// Looks them up; sends the suppressions that the program (or a file named in its options) has; obeys the options of
/// __tsan_default_options() and $TSAN_OPTIONS that have a meaning here.
void prepare_callbacks(const program::Module& module);

/// Whether the options want it to be reported.
bool is_wanted(const Found& found);
/// The program is told of a finding that has been sent.
void tell_program(const Found& found);
/// At the end.
void tell_program_of_end();
/// What tell_program is at, in the calling thread; null: nothing.
const Found* current_report();
/// The kind of the finding in the words of that interface ("data-race").
const char* interface_name(const Found& found);

/// The milliseconds that threads may go on at the end, if the options say so; else as given.
std::size_t wanted_lingering(std::size_t otherwise);

} // namespace heddle::native
