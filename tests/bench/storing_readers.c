/* One thread stores to x; N load it and store what they saw to an atomic of their own: 2^N. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 14
#endif

atomic_int x;
atomic_int seen[N + 1];

static void *body(void *number) {
    if (NUMBER(number) == 0)
        atomic_store(&x, 1);
    else
        atomic_store(&seen[NUMBER(number)], atomic_load(&x));
    return NULL;
}

int main(void) {
    pthread_t threads[N + 1];
    start_threads(threads, 0, N + 1, body);
    join_threads(threads, N + 1);
    return 0;
}
