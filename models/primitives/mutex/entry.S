// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY pthread_mutex_init
    ENTRY pthread_mutex_destroy
    ENTRY pthread_mutex_lock
    ENTRY pthread_mutex_trylock
    ENTRY pthread_mutex_timedlock
    ENTRY pthread_mutex_clocklock
    ENTRY pthread_mutex_unlock
    ENTRY pthread_mutex_consistent

    .section .note.GNU-stack, "", @progbits
