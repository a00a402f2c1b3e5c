/* N threads through one ticket lock around a plain increment: N! orders. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 8
#endif

atomic_uint next, serving;
int x;

static void *add(void *unused) {
    (void)unused;
    unsigned mine = atomic_fetch_add_explicit(&next, 1, memory_order_relaxed);
    while (atomic_load_explicit(&serving, memory_order_acquire) != mine) {
    }
    ++x;
    atomic_store_explicit(&serving, mine + 1, memory_order_release);
    return NULL;
}

int main(void) {
    pthread_t threads[N];
    start_threads(threads, 0, N, add);
    join_threads(threads, N);
    return 0;
}
