// expect: race
// Both write after the barrier.
#include <pthread.h>
static pthread_barrier_t b;
int value;
static void* work(void* unused) {
    pthread_barrier_wait(&b);
    value = 1;
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_barrier_init(&b, 0, 2);
    pthread_create(&t, 0, work, 0);
    work(0);
    pthread_join(t, 0);
    return 0;
}
