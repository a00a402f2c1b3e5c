// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY sched_yield
    ENTRY pthread_create
    ENTRY pthread_join
    ENTRY pthread_tryjoin_np
    ENTRY pthread_timedjoin_np
    ENTRY pthread_clockjoin_np
    ENTRY pthread_detach
    ENTRY pthread_exit
    ENTRY _ZNSt6thread15_M_start_threadESt10unique_ptrINS_6_StateESt14default_deleteIS1_EEPFvvE
    ENTRY _ZNSt6thread4joinEv
    ENTRY _ZNSt6thread6detachEv

    .section .note.GNU-stack, "", @progbits
