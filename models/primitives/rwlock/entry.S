// Under which symbols programs enter explored.cpp, which binds them.
#include "runtime/entry.inc"

    .text
    ENTRY heddle_rwlock_init
    ENTRY heddle_rwlock_destroy
    ENTRY heddle_rwlock_rdlock
    ENTRY heddle_rwlock_wrlock
    ENTRY heddle_rwlock_tryrdlock
    ENTRY heddle_rwlock_trywrlock
    ENTRY heddle_rwlock_timedrdlock
    ENTRY heddle_rwlock_timedwrlock
    ENTRY heddle_rwlock_clockrdlock
    ENTRY heddle_rwlock_clockwrlock
    ENTRY heddle_rwlock_unlock
    // library.cpp
    ENTRY heddle_library_rwlock_lock
    ENTRY heddle_library_rwlock_trylock
    ENTRY heddle_library_rwlock_unlock

    .section .note.GNU-stack, "", @progbits
