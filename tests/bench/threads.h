/* What every family needs: N threads of one function, each told its number, all joined. */
#ifndef BENCH_THREADS_H
#define BENCH_THREADS_H

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

typedef void *thread_body(void *number);

#define NUMBER(argument) ((int)(intptr_t)(argument))

/* Starts threads first … first+count-1. */
static inline void start_threads(pthread_t *threads, int first, int count, thread_body *body) {
    for (int i = first; i < first + count; ++i)
        if (pthread_create(&threads[i], NULL, body, (void *)(intptr_t)i)) abort();
}

static inline void join_threads(pthread_t *threads, int count) {
    for (int i = 0; i < count; ++i) pthread_join(threads[i], NULL);
}

#endif
