// expect: clean
// The interface for mutexes of the program's own.
#include <pthread.h>
void __tsan_mutex_create(void*, unsigned);
void __tsan_mutex_destroy(void*, unsigned);
void __tsan_mutex_pre_lock(void*, unsigned);
void __tsan_mutex_post_lock(void*, unsigned, int);
int __tsan_mutex_pre_unlock(void*, unsigned);
void __tsan_mutex_post_unlock(void*, unsigned);
static int lock, value;
static void* work(void* unused) {
    for (int i = 0; i < 100; i++) {
        __tsan_mutex_pre_lock(&lock, 0);
        while (__atomic_exchange_n(&lock, 1, __ATOMIC_RELAXED)) {}
        __tsan_mutex_post_lock(&lock, 0, 0);
        value++;
        __tsan_mutex_pre_unlock(&lock, 0);
        __atomic_store_n(&lock, 0, __ATOMIC_RELAXED);
        __tsan_mutex_post_unlock(&lock, 0);
    }
    return unused;
}
int main(void) {
    pthread_t t;
    __tsan_mutex_create(&lock, 0);
    pthread_create(&t, 0, work, 0);
    work(0);
    pthread_join(t, 0);
    __tsan_mutex_destroy(&lock, 0);
    return value != 200;
}
