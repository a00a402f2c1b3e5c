// expect: clean
// Locks of the program's own making: recursive ones, readers, attempts that fail, levels given up at once, static ones
// that are destroyed and used on.
#include "meet.h"
#include <stdatomic.h>
void __tsan_mutex_create(void *lock, unsigned flags);
void __tsan_mutex_destroy(void *lock, unsigned flags);
void __tsan_mutex_pre_lock(void *lock, unsigned flags);
void __tsan_mutex_post_lock(void *lock, unsigned flags, int levels);
int __tsan_mutex_pre_unlock(void *lock, unsigned flags);
void __tsan_mutex_post_unlock(void *lock, unsigned flags);
enum { linker_init = 1, write_reentrant = 2, read_lock = 8, try_lock = 16, try_failed = 32, all_lock = 64, all_unlock = 128, not_static = 256 };
static atomic_int taken;
static int guarded;
static void take(unsigned flags) {
    __tsan_mutex_pre_lock(&taken, flags);
    int free = 0;
    while (!atomic_compare_exchange_weak(&taken, &free, 1)) free = 0;
    __tsan_mutex_post_lock(&taken, flags, 0);
}
static void give(void) {
    __tsan_mutex_pre_unlock(&taken, 0);
    taken = 0;
    __tsan_mutex_post_unlock(&taken, 0);
}
static void *work(void *unused) {
    for (int i = 0; i < 100; ++i) {
        take(linker_init | write_reentrant);
        __tsan_mutex_pre_lock(&taken, write_reentrant);
        __tsan_mutex_post_lock(&taken, write_reentrant, 0);
        ++guarded;
        const int levels = __tsan_mutex_pre_unlock(&taken, all_unlock);
        taken = 0;
        __tsan_mutex_post_unlock(&taken, all_unlock);
        if (levels != 2) return &taken;
        __tsan_mutex_pre_lock(&taken, 0);
        int free = 0;
        while (!atomic_compare_exchange_weak(&taken, &free, 1)) free = 0;
        __tsan_mutex_post_lock(&taken, all_lock, levels);
        ++guarded;
        __tsan_mutex_pre_unlock(&taken, 0);
        __tsan_mutex_post_unlock(&taken, 0);
        ++guarded;
        give();
        __tsan_mutex_pre_lock(&taken, try_lock);
        __tsan_mutex_post_lock(&taken, try_lock | try_failed, 0);
    }
    return unused;
}
int main(void) {
    pthread_t one, two;
    void *failed = 0, *failed_too = 0;
    __tsan_mutex_create(&taken, linker_init | write_reentrant);
    pthread_create(&one, 0, work, 0);
    pthread_create(&two, 0, work, 0);
    pthread_join(one, &failed);
    pthread_join(two, &failed_too);
    take(0);
    __tsan_mutex_destroy(&taken, linker_init);
    __tsan_mutex_destroy(&taken, not_static);
    give();
    return failed || failed_too || guarded != 600;
}
