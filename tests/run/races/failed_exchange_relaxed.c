// expect: race
// What a failed exchange reads it reads with its failure order, which is relaxed here.
#include <pthread.h>
static int data, flag;
static void* work(void* unused) {
    data = 42;
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    int expected = 0;
    while (expected = 0, __atomic_compare_exchange_n(&flag, &expected, 0, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {}
    int seen = data;
    pthread_join(t, 0);
    return seen != 42;
}
