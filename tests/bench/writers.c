/* N threads store distinct values to x, one thread loads it: N! orders of the stores, N + 1 values to load: (N+1)!. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 8
#endif

atomic_int x;

static void *body(void *number) {
    if (NUMBER(number) == 0)
        (void)atomic_load(&x);
    else
        atomic_store(&x, NUMBER(number));
    return NULL;
}

int main(void) {
    pthread_t threads[N + 1];
    start_threads(threads, 0, N + 1, body);
    join_threads(threads, N + 1);
    return 0;
}
