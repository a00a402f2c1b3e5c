// expect: clean
// An object guarded by a monitor is moved, and the monitor with it; what lies at its former place later is another one.
#include "managed_heap.h"
static jptr *object;
static void *work(void *unused) {
    meet();
    for (int i = 0; i < 10; ++i) {
        enter_monitor();
        __tsan_java_mutex_lock((jptr)object);
        __tsan_java_mutex_lock((jptr)object);
        object[1]++;
        const int levels = __tsan_java_mutex_unlock_rec((jptr)object);
        leave_monitor();
        if (levels != 2) return (void *)1;
        enter_monitor();
        __tsan_java_mutex_lock_rec((jptr)object, levels);
        object[1]++;
        __tsan_java_mutex_unlock((jptr)object);
        __tsan_java_mutex_unlock((jptr)object);
        leave_monitor();
    }
    return unused;
}
int main(void) {
    meet_of(3);
    __tsan_java_init((jptr)managed_heap, sizeof managed_heap);
    object = managed_heap + 8;
    __tsan_java_alloc((jptr)object, 32);
    __tsan_java_mutex_lock((jptr)object);
    object[1] = 0;
    __tsan_java_mutex_unlock((jptr)object);
    __tsan_java_move((jptr)object, (jptr)(managed_heap + 10), 32);
    managed_heap[11] = managed_heap[9];
    object = managed_heap + 10;
    pthread_t one, two;
    pthread_create(&one, 0, work, 0);
    pthread_create(&two, 0, work, 0);
    meet();
    void *failed = 0, *failed_too = 0;
    pthread_join(one, &failed);
    pthread_join(two, &failed_too);
    jptr place = (jptr)managed_heap;
    if (__tsan_java_find(&place, (jptr)(managed_heap + 1024)) != 32 || place != (jptr)object) return 2;
    if (object[1] != 40) return 3;
    __tsan_java_free((jptr)object, 32);
    if (failed || failed_too) return 4;
    return __tsan_java_fini();
}
