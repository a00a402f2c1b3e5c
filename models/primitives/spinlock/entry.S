// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY pthread_spin_init
    ENTRY pthread_spin_destroy
    ENTRY pthread_spin_lock
    ENTRY pthread_spin_trylock
    ENTRY pthread_spin_unlock

    .section .note.GNU-stack, "", @progbits
