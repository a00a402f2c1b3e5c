// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY heddle_notify
    ENTRY heddle_syscall

    .section .note.GNU-stack, "", @progbits
