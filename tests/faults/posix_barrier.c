// verified: pthread_barrier_wait tells one of three, twice: (3!)^2 executions
// check: verified
// executions: 36
#include <assert.h>
#include <pthread.h>
#include <stddef.h>

static pthread_barrier_t barrier;
static int values[3], told;

static void *pass(void *p) {
    values[(long)p] = 1;
    if (pthread_barrier_wait(&barrier) == PTHREAD_BARRIER_SERIAL_THREAD) ++told;
    pthread_barrier_wait(&barrier);
    assert(values[0] + values[1] + values[2] == 3 && told == 1);
    return p;
}

int main(void) {
    pthread_barrier_init(&barrier, NULL, 3);
    pthread_t threads[2];
    for (long i = 0; i < 2; ++i) pthread_create(&threads[i], NULL, pass, (void *)i);
    pass((void *)2);
    for (int i = 0; i < 2; ++i) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&barrier);
}
