/* Thread i of 1 … N replaces i-1 by i in x, if it finds i-1 there: 43 executions for N = 5. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 12
#endif

atomic_int x;

static void *rotate(void *number) {
    int expected = NUMBER(number);
    atomic_compare_exchange_strong(&x, &expected, NUMBER(number) + 1);
    return NULL;
}

int main(void) {
    pthread_t threads[N];
    start_threads(threads, 0, N, rotate);
    join_threads(threads, N);
    return 0;
}
