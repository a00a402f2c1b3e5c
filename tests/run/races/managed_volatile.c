// expect: clean
// release and acquire on a field; a read lock among readers.
#include "managed_heap.h"
static void *work(void *unused) {
    managed_heap[1] = 1;
    __tsan_java_release_store((jptr)&managed_heap[2]);
    __atomic_store_n(&managed_heap[3], 1, __ATOMIC_RELAXED);
    enter_monitor();
    __tsan_java_mutex_read_lock((jptr)managed_heap);
    const jptr seen = managed_heap[5];
    __tsan_java_mutex_read_unlock((jptr)managed_heap);
    leave_monitor();
    return seen > 7 ? managed_heap : unused;
}
int main(void) {
    __tsan_java_init((jptr)managed_heap, sizeof managed_heap);
    __tsan_java_alloc((jptr)managed_heap, 64);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    enter_monitor();
    __tsan_java_mutex_lock((jptr)managed_heap);
    managed_heap[5] = 7;
    __tsan_java_mutex_unlock((jptr)managed_heap);
    leave_monitor();
    while (!__atomic_load_n(&managed_heap[3], __ATOMIC_RELAXED)) {}
    __tsan_java_acquire((jptr)&managed_heap[2]);
    const jptr seen = managed_heap[1];
    pthread_join(thread, 0);
    return __tsan_java_fini() || seen != 1;
}
