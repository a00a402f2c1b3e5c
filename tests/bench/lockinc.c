/* N threads, each adds 1 to a plain variable under one mutex: N! orders. */
#include "threads.h"

#ifndef N
#define N 8
#endif

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
int x;

static void *add(void *unused) {
    (void)unused;
    pthread_mutex_lock(&mutex);
    ++x;
    pthread_mutex_unlock(&mutex);
    return NULL;
}

int main(void) {
    pthread_t threads[N];
    start_threads(threads, 0, N, add);
    join_threads(threads, N);
    return 0;
}
