// expect: race
#include <pthread.h>
static int data, flag;
static void* work(void* unused) {
    data = 42;
    __atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
    __atomic_thread_fence(__ATOMIC_RELEASE);
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    while (!__atomic_load_n(&flag, __ATOMIC_RELAXED)) {}
    __atomic_thread_fence(__ATOMIC_ACQUIRE);
    int seen = data;
    pthread_join(t, 0);
    return seen != 42;
}
