// The ABI: every symbol under which a visible operation is entered. Each stores the caller's callee-saved registers and
// stack pointer into the current fiber (EntryRegisters, at its start) and goes on in the C++ function heddle_NAME. That,
// with the stack above, is the caller's whole live state: spin loops are recognised by it.
// r11 is free here: it carries no argument and no callee keeps it.

#include "runtime/entry.inc"

.macro ATOMIC bits
    ENTRY __tsan_atomic\bits\()_load
    ENTRY __tsan_atomic\bits\()_store
    ENTRY __tsan_atomic\bits\()_exchange
    ENTRY __tsan_atomic\bits\()_fetch_add
    ENTRY __tsan_atomic\bits\()_fetch_sub
    ENTRY __tsan_atomic\bits\()_fetch_and
    ENTRY __tsan_atomic\bits\()_fetch_or
    ENTRY __tsan_atomic\bits\()_fetch_xor
    ENTRY __tsan_atomic\bits\()_fetch_nand
    ENTRY __tsan_atomic\bits\()_compare_exchange_strong
    ENTRY __tsan_atomic\bits\()_compare_exchange_weak
    ENTRY __tsan_atomic\bits\()_compare_exchange_val
.endm

// A plain read: nothing at all while nobody listens.
.macro READ name
    .globl \name
    .type \name, @function
    .p2align 4
\name:
    .cfi_startproc
    cmpq $0, _ZN6heddle7runtime9listeningE(%rip)
    jne 1f
    ret
1:  movq heddle_current(%rip), %r11
    movq %rbx, 0(%r11)
    movq %rbp, 8(%r11)
    movq %r12, 16(%r11)
    movq %r13, 24(%r11)
    movq %r14, 32(%r11)
    movq %r15, 40(%r11)
    movq %rsp, 48(%r11)
    jmp heddle_\name
    .cfi_endproc
    .size \name, . - \name
.endm

.macro READS bytes
    READ __tsan_read\bytes
    READ __tsan_unaligned_read\bytes
    READ __tsan_volatile_read\bytes
    READ __tsan_unaligned_volatile_read\bytes
.endm

    .text
    READS 1
    READS 2
    READS 4
    READS 8
    READS 16
    ATOMIC 8
    ATOMIC 16
    ATOMIC 32
    ATOMIC 64
    ATOMIC 128
    ENTRY __tsan_atomic_thread_fence
    // What the instrumentation leaves to libatomic
    ENTRY __atomic_load
    ENTRY __atomic_store
    ENTRY __atomic_exchange
    ENTRY __atomic_compare_exchange
    ENTRY __atomic_load_16
    ENTRY __atomic_store_16
    ENTRY __atomic_exchange_16
    ENTRY __atomic_compare_exchange_16

    // The author's own words
    ENTRY heddle_ensure_at
    ENTRY heddle_misuse
    ENTRY heddle_assume
    ENTRY __VERIFIER_assume
    ENTRY heddle_choose
    ENTRY heddle_term
    ENTRY heddle_invariant_begin
    ENTRY heddle_invariant_end
    ENTRY heddle_region_enter
    ENTRY heddle_region_leave
    // hooks_symbolic.cpp
    ENTRY heddle_symbolic_input
    ENTRY heddle_symbolic_branch
    ENTRY heddle_symbolic_assume
    ENTRY heddle_symbolic_ensure
    ENTRY heddle_symbolic_check
    ENTRY heddle_symbolic_modify
    ENTRY heddle_symbolic_compare_exchange


// Switching between the engine's stack and a fiber's. The fiber's Fiber: entry registers at 0 … 48, context at 64, result at
// 80. Returns are written as jumps, or balanced, where the processor's own stack of return addresses would be wrong: it
// follows calls, not stacks, and one wrong guess costs as much as the switch itself.

// void heddle_enter(Fiber*): engine to fiber.
    .globl heddle_enter
    .type heddle_enter, @function
    .p2align 4
heddle_enter:
    .cfi_startproc
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, heddle_engine_stack(%rip)
    movq 64(%rdi), %rcx
    testq %rcx, %rcx
    jnz 1f
    // At the end of a hook: its caller goes on with the registers it had, and the result.
    movq 0(%rdi), %rbx
    movq 8(%rdi), %rbp
    movq 16(%rdi), %r12
    movq 24(%rdi), %r13
    movq 32(%rdi), %r14
    movq 40(%rdi), %r15
    movq 48(%rdi), %rsp
    movq 80(%rdi), %rax
    movq 88(%rdi), %rdx
    popq %rcx
    jmp *%rcx
1:  movq %rcx, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    popq %rcx
    jmp *%rcx
    .cfi_endproc
    .size heddle_enter, . - heddle_enter

// void heddle_suspend(Fiber*): fiber to engine; returns when the fiber is entered again.
    .globl heddle_suspend
    .type heddle_suspend, @function
    .p2align 4
heddle_suspend:
    .cfi_startproc
    pushq %rbx
    pushq %rbp
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, 64(%rdi)
    jmp heddle_leave
    .cfi_endproc
    .size heddle_suspend, . - heddle_suspend

// heddle_suspend_in_hook(Fiber*): the same, but the fiber goes on where the hook returns to.
    .globl heddle_suspend_in_hook
    .type heddle_suspend_in_hook, @function
    .p2align 4
heddle_suspend_in_hook:
    .cfi_startproc
    movq $0, 64(%rdi)
heddle_leave:
    movq heddle_engine_stack(%rip), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    // The program's call of the hook is on top of the processor's return stack: this return takes it off.
    leaq 1f(%rip), %rcx
    pushq %rcx
    ret
1:  ret
    .cfi_endproc
    .size heddle_suspend_in_hook, . - heddle_suspend_in_hook

// The bottom of a fiber's stack. Unwinders end here.
    .globl heddle_fiber_start
    .type heddle_fiber_start, @function
heddle_fiber_start:
    .cfi_startproc
    .cfi_undefined rip
    call heddle_run_fiber
    // The thread has ended; nobody enters it again. Its calls have returned: none is left on the processor's return stack.
    movq heddle_engine_stack(%rip), %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbp
    popq %rbx
    ret
    .cfi_endproc
    .size heddle_fiber_start, . - heddle_fiber_start

    .local heddle_engine_stack
    .comm heddle_engine_stack, 8, 8

// What an import is bound to that is not modelled (imports.cpp): a stub loads the import's description into r11.

// Notes where the program called which import; tells the listener, if there is one; and goes on in the real function with all
// arguments as they were: under the processor's trap when it is to be followed (follow.cpp).
    .globl heddle_opaque_entry
    .type heddle_opaque_entry, @function
heddle_opaque_entry:
    .cfi_startproc
    leaq heddle_called_as_program(%rip), %r10
    cmpq %r10, (%rsp)
    je 3f
    movq (%rsp), %r10
    subq heddle_program_low(%rip), %r10
    cmpq heddle_program_size(%rip), %r10
    jae 1f // a library calls it, by a vtable
    movq heddle_current(%rip), %r10
    pushq (%rsp)
    popq 96(%r10)
3:  movq heddle_current(%rip), %r10 // whoever calls as the program has noted the place
    movq %r11, 104(%r10)
    cmpq $0, _ZN6heddle7runtime9listeningE(%rip)
    je 1f
    pushq %rax
    pushq %rdi
    pushq %rsi
    pushq %rdx
    pushq %rcx
    pushq %r8
    pushq %r9
    pushq %r11
    .cfi_adjust_cfa_offset 64
    subq $136, %rsp
    .cfi_adjust_cfa_offset 136
    movups %xmm0, 0(%rsp)
    movups %xmm1, 16(%rsp)
    movups %xmm2, 32(%rsp)
    movups %xmm3, 48(%rsp)
    movups %xmm4, 64(%rsp)
    movups %xmm5, 80(%rsp)
    movups %xmm6, 96(%rsp)
    movups %xmm7, 112(%rsp)
    leaq 136(%rsp), %rsi
    leaq 200(%rsp), %rdx
    movq %r11, %rdi
    call heddle_opaque_call
    movzbl %al, %r10d
    movups 0(%rsp), %xmm0
    movups 16(%rsp), %xmm1
    movups 32(%rsp), %xmm2
    movups 48(%rsp), %xmm3
    movups 64(%rsp), %xmm4
    movups 80(%rsp), %xmm5
    movups 96(%rsp), %xmm6
    movups 112(%rsp), %xmm7
    addq $136, %rsp
    .cfi_adjust_cfa_offset -136
    popq %r11
    popq %r9
    popq %r8
    popq %rcx
    popq %rdx
    popq %rsi
    popq %rdi
    popq %rax
    .cfi_adjust_cfa_offset -64
    testl %r10d, %r10d
    jnz 2f
1:  jmp *8(%r11)
2:  pushfq
    orq $0x100, (%rsp)
    popfq
    jmp *8(%r11)
    .cfi_endproc
    .size heddle_opaque_entry, . - heddle_opaque_entry

// void heddle_call_as_program(function, first, second): a call as if it were the program's (exit_functions.cpp).
    .globl heddle_call_as_program
    .type heddle_call_as_program, @function
heddle_call_as_program:
    .cfi_startproc
    subq $8, %rsp
    .cfi_adjust_cfa_offset 8
    movq %rdi, %rax
    movq %rsi, %rdi
    movq %rdx, %rsi
    call *%rax
    .globl heddle_called_as_program
heddle_called_as_program:
    addq $8, %rsp
    .cfi_adjust_cfa_offset -8
    ret
    .cfi_endproc
    .size heddle_call_as_program, . - heddle_call_as_program

// Where a call out of a followed function returns to: it is followed again, with its results as they are.
    .globl heddle_follow_again
    .type heddle_follow_again, @function
    nop // unwinders look one byte before a return address
heddle_follow_again:
    subq $8, %rsp // where the real return address goes
    pushq %rax
    pushq %rdx
    subq $56, %rsp
    movups %xmm0, 0(%rsp)
    movups %xmm1, 16(%rsp)
    leaq 72(%rsp), %rdi
    leaq 32(%rsp), %rsi
    call heddle_followed_returns
    movq %rax, 72(%rsp)
    movzbl 32(%rsp), %ecx
    movups 0(%rsp), %xmm0
    movups 16(%rsp), %xmm1
    addq $56, %rsp
    popq %rdx
    popq %rax
    testl %ecx, %ecx
    jnz 1f
    ret
1:  pushfq
    orq $0x100, (%rsp)
    popfq
    ret
    .size heddle_follow_again, . - heddle_follow_again

// Ends the execution, unless static constructors run: those run once, natively.
    .globl heddle_unsupported_entry
    .type heddle_unsupported_entry, @function
heddle_unsupported_entry:
    .cfi_startproc
    cmpb $0, _ZN6heddle7runtime10in_programE(%rip)
    je 1f
    movq heddle_current(%rip), %r10
    leaq _ZN6heddle7runtime7outsideE(%rip), %rax
    cmpq %rax, %r10
    je 1f
    movq %rsp, 48(%r10)
    movq 0(%r11), %rdi
    movq (%rsp), %rsi
    subq $8, %rsp
    .cfi_adjust_cfa_offset 8
    call heddle_unsupported_call
    .cfi_adjust_cfa_offset -8
1:  jmp *8(%r11)
    .cfi_endproc
    .size heddle_unsupported_entry, . - heddle_unsupported_entry

# The same for what is not executed in a static constructor either.
    .globl heddle_refused_entry
    .type heddle_refused_entry, @function
heddle_refused_entry:
    .cfi_startproc
    cmpb $0, _ZN6heddle7runtime10in_programE(%rip)
    je 1f
    movq heddle_current(%rip), %r10
    movq %rsp, 48(%r10)
    movq 0(%r11), %rdi
    movq (%rsp), %rsi
    subq $8, %rsp
    .cfi_adjust_cfa_offset 8
    call heddle_unsupported_call
    .cfi_adjust_cfa_offset -8
1:  jmp *8(%r11)
    .cfi_endproc
    .size heddle_refused_entry, . - heddle_refused_entry

    .section .note.GNU-stack,"",@progbits
