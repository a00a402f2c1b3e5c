// expect: clean
// A freed object's place, and a moved one's, hold others: accesses to those race with nothing. Finalizers come after all.
#include "managed_heap.h"
static void *work(void *unused) {
    managed_heap[1] = 1;
    managed_heap[20] = 1;
    managed_heap[32] = 1;
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    __tsan_java_init((jptr)managed_heap, sizeof managed_heap);
    __tsan_java_alloc((jptr)managed_heap, 64);
    __tsan_java_alloc((jptr)(managed_heap + 16), 64);
    __tsan_java_alloc((jptr)(managed_heap + 32), 64);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    __tsan_java_free((jptr)managed_heap, 64);
    __tsan_java_alloc((jptr)managed_heap, 64);
    managed_heap[1] = 2;
    __tsan_java_move((jptr)(managed_heap + 16), (jptr)(managed_heap + 64), 64);
    __tsan_java_alloc((jptr)(managed_heap + 16), 64);
    managed_heap[20] = 2;
    __tsan_java_finalize();
    managed_heap[32] = 2;
    pthread_join(thread, 0);
    return __tsan_java_fini();
}
