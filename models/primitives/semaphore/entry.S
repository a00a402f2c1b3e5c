// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY heddle_take
    ENTRY heddle_try_take
    ENTRY sem_init
    ENTRY sem_destroy
    ENTRY sem_wait
    ENTRY sem_trywait
    ENTRY sem_timedwait
    ENTRY sem_clockwait
    ENTRY sem_post
    ENTRY sem_getvalue

    .section .note.GNU-stack, "", @progbits
