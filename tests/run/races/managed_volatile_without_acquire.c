// expect: race
#include "managed_heap.h"
static void *work(void *unused) {
    managed_heap[1] = 1;
    __tsan_java_release((jptr)&managed_heap[2]);
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    __tsan_java_init((jptr)managed_heap, sizeof managed_heap);
    __tsan_java_alloc((jptr)managed_heap, 64);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    const jptr seen = managed_heap[1];
    pthread_join(thread, 0);
    return __tsan_java_fini() || seen > 1;
}
