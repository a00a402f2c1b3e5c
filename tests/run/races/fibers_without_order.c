// expect: race
// Switched to without ordering (the flag): the two fibers' accesses are concurrent.
#include <pthread.h>
void* __tsan_get_current_fiber(void);
void* __tsan_create_fiber(unsigned);
void __tsan_switch_to_fiber(void*, unsigned);
int data;
int main(void) {
    void *own = __tsan_get_current_fiber(), *fiber = __tsan_create_fiber(0);
    __tsan_switch_to_fiber(fiber, 1);
    data = 1;
    __tsan_switch_to_fiber(own, 1);
    data = 2;
    return 0;
}
