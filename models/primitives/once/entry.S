// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY pthread_once
    ENTRY __cxa_guard_acquire
    ENTRY __cxa_guard_release
    ENTRY __cxa_guard_abort

    .section .note.GNU-stack, "", @progbits
