/* Treiber's stack: N threads push a node of their own, N threads pop once. An operation tries until its compare-exchange
   succeeds; every failure is another's success, so there are at most 2N tries. */
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 3
#endif

struct node {
    int value;
    struct node *next;
};

struct node nodes[N];
_Atomic(struct node *) top;
int popped[2 * N];

static void *push(void *number) {
    struct node *node = &nodes[NUMBER(number)];
    node->value = NUMBER(number) + 1;
    struct node *seen;
    do {
        seen = atomic_load(&top);
        node->next = seen;
    } while (!atomic_compare_exchange_strong(&top, &seen, node));
    return NULL;
}

static void *pop(void *number) {
    struct node *seen;
    do {
        seen = atomic_load(&top);
        if (!seen) return NULL;
    } while (!atomic_compare_exchange_strong(&top, &seen, seen->next));
    popped[NUMBER(number)] = seen->value;
    return NULL;
}

int main(void) {
    pthread_t threads[2 * N];
    start_threads(threads, 0, N, push);
    start_threads(threads, N, N, pop);
    join_threads(threads, 2 * N);
    return 0;
}
