// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY heddle_arrive
    ENTRY heddle_meet
    ENTRY pthread_barrier_init
    ENTRY pthread_barrier_destroy
    ENTRY pthread_barrier_wait

    .section .note.GNU-stack, "", @progbits
