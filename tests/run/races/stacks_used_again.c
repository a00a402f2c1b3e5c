// expect: clean
// Threads that nothing orders get the same stack and the same thread-local block one after the other.
#include <pthread.h>
#include <time.h>
#include <unistd.h>
static _Thread_local volatile int mine[64];
static int left = 60;
static void* work(void* unused) {
    volatile int local[64];
    for (int i = 0; i < 64; i++) local[i] = i, mine[i] = i;
    __atomic_fetch_sub(&left, 1, __ATOMIC_RELAXED);
    return unused;
}
int main(void) {
    for (int i = 0; i < 60; i++) {
        pthread_t t;
        pthread_create(&t, 0, work, 0);
        pthread_detach(t);
        if (i % 4 == 0) usleep(1000);
    }
    while (__atomic_load_n(&left, __ATOMIC_RELAXED)) usleep(100);
    return 0;
}
