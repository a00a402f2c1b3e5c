// expect: clean
#include <pthread.h>
enum { threads = 4, rounds = 20 };
static pthread_barrier_t b;
static int cells[2][threads];
static void* work(void* at) {
    const int me = (int)(long)at;
    for (int r = 0; r < rounds; r++) {
        cells[(r + 1) % 2][me] = cells[r % 2][me] + cells[r % 2][(me + 1) % threads] + 1;
        pthread_barrier_wait(&b);
    }
    return 0;
}
int main(void) {
    pthread_t t[threads];
    pthread_barrier_init(&b, 0, threads);
    for (long i = 0; i < threads; i++) pthread_create(&t[i], 0, work, (void*)i);
    for (int i = 0; i < threads; i++) pthread_join(t[i], 0);
    pthread_barrier_destroy(&b);
    return 0;
}
