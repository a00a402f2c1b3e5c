// expect: race
// The access before the move and the one after it are of the same object.
#include "managed_heap.h"
static jptr *object;
static void *work(void *unused) {
    object[1] = 1;
    meet();
    return unused;
}
int main(void) {
    meet_of(2);
    __tsan_java_init((jptr)managed_heap, sizeof managed_heap);
    object = managed_heap;
    __tsan_java_alloc((jptr)object, 64);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    __tsan_java_move((jptr)object, (jptr)(managed_heap + 4), 64);
    (object + 4)[1] = 2;
    pthread_join(thread, 0);
    return __tsan_java_fini();
}
