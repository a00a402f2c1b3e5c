// expect: clean
// A fiber on a second thread, its creator joined afterwards.
#include <pthread.h>
#include <ucontext.h>
void* __tsan_get_current_fiber(void);
void* __tsan_create_fiber(unsigned);
void __tsan_destroy_fiber(void*);
void __tsan_switch_to_fiber(void*, unsigned);
static int data;
static void* work(void* unused) {
    static char stack[1 << 16];
    static ucontext_t here, there;
    static void *own, *fiber;
    own = __tsan_get_current_fiber(), fiber = __tsan_create_fiber(0);
    data = 1;
    getcontext(&there);
    there.uc_stack.ss_sp = stack, there.uc_stack.ss_size = sizeof stack, there.uc_link = &here;
    void body(void);
    makecontext(&there, body, 0);
    __tsan_switch_to_fiber(fiber, 0);
    swapcontext(&here, &there);
    __tsan_switch_to_fiber(own, 0);
    data++;
    __tsan_destroy_fiber(fiber);
    data++;
    return unused;
}
__attribute__((noinline)) void body(void) { data++; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    return data != 4;
}
