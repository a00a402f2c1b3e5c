/* One thread stores to x, N load it: each sees the store or not, 2^N. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 16
#endif

atomic_int x;

static void *body(void *number) {
    if (NUMBER(number) == 0)
        atomic_store(&x, 1);
    else
        (void)atomic_load(&x);
    return NULL;
}

int main(void) {
    pthread_t threads[N + 1];
    start_threads(threads, 0, N + 1, body);
    join_threads(threads, N + 1);
    return 0;
}
