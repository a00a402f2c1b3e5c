// Under which symbols programs enter explored.cpp.
#include "runtime/entry.inc"

    .text
    ENTRY heddle_descriptor_read
    ENTRY heddle_descriptor_write
    ENTRY heddle_descriptor_close
    ENTRY heddle_descriptor_poll

    .section .note.GNU-stack, "", @progbits
