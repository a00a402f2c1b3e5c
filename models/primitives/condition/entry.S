// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY pthread_cond_init
    ENTRY pthread_cond_destroy
    ENTRY pthread_cond_wait
    ENTRY pthread_cond_timedwait
    ENTRY pthread_cond_clockwait
    ENTRY cnd_timedwait
    ENTRY pthread_cond_signal
    ENTRY pthread_cond_broadcast
    ENTRY _ZNSt18condition_variableC1Ev
    ENTRY _ZNSt18condition_variableC2Ev
    ENTRY _ZNSt18condition_variableD1Ev
    ENTRY _ZNSt18condition_variableD2Ev
    ENTRY _ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE
    ENTRY _ZNSt18condition_variable10notify_oneEv
    ENTRY _ZNSt18condition_variable10notify_allEv
    ENTRY _ZSt25notify_all_at_thread_exitRSt18condition_variableSt11unique_lockISt5mutexE

    .section .note.GNU-stack, "", @progbits
