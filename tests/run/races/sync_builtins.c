// expect: clean
#include <pthread.h>
static int lock, counter, other;
static void* work(void* unused) {
    for (int i = 0; i < 200; i++) {
        while (__sync_lock_test_and_set(&lock, 1)) {}
        counter++;
        __sync_lock_release(&lock);
    }
    __sync_fetch_and_add(&other, 1);
    return unused;
}
int main(void) {
    pthread_t a;
    pthread_create(&a, 0, work, 0);
    for (int i = 0; i < 100; i++) {
        while (!__sync_bool_compare_and_swap(&lock, 0, 1)) {}
        counter++;
        __sync_synchronize();
        __sync_lock_release(&lock);
    }
    pthread_join(a, 0);
    return 0;
}
