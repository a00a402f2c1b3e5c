#include "runtime/entry.inc"

    .text
    // handles.cpp
    ENTRY pthread_setname_np
    ENTRY pthread_getname_np
    ENTRY prctl
    // c11.cpp
    ENTRY thrd_create
    ENTRY thrd_join
    ENTRY thrd_exit
    ENTRY mtx_init
    ENTRY mtx_trylock
    ENTRY mtx_timedlock
    ENTRY cnd_init

    .section .note.GNU-stack, "", @progbits
