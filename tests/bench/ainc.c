/* N threads, each adds 1 to x atomically: N! orders. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 8
#endif

atomic_int x;

static void *add(void *unused) {
    (void)unused;
    atomic_fetch_add(&x, 1);
    return NULL;
}

int main(void) {
    pthread_t threads[N];
    start_threads(threads, 0, N, add);
    join_threads(threads, N);
    return 0;
}
