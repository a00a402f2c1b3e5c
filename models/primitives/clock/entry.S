// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY heddle_clock_gettime
    ENTRY heddle_timespec_get
    ENTRY heddle_gettimeofday
    ENTRY heddle_time
    ENTRY heddle_clock
    ENTRY heddle_chrono_now

    .section .note.GNU-stack, "", @progbits
