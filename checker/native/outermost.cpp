#include "native/outermost.hpp"

// The undefined return address is what the start of a thread has: there the unwinder's search is over. (tests/faults/uncaught_in_main.cpp)
asm(R"(
.text
.globl heddle_call_outermost
.type heddle_call_outermost, @function
heddle_call_outermost:
    .cfi_startproc
    .cfi_undefined rip
    pushq %rbp
    movq %rdi, %rax
    movq %rsi, %rdi
    call *%rax
    ud2
    .cfi_endproc
.size heddle_call_outermost, .-heddle_call_outermost
)");
