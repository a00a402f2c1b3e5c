/* Treiber's stack: N threads push a node of their own, N threads pop once. An operation whose second compare-exchange fails as
   well is given up, and with it the execution. A brute-force count gives 128 executions for N = 2 and 83,736 for N = 3. */
#include <heddle/heddle.h>
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 3
#endif
#define TRIES 2

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
    struct node *seen = atomic_load(&top);
    for (int i = 0; i < TRIES; ++i) {
        node->next = seen;
        if (atomic_compare_exchange_strong(&top, &seen, node)) return NULL;
    }
    __VERIFIER_assume(0);
    return NULL;
}

static void *pop(void *number) {
    struct node *seen = atomic_load(&top);
    for (int i = 0; i < TRIES; ++i) {
        if (!seen) return NULL;
        if (!atomic_compare_exchange_strong(&top, &seen, seen->next)) continue;
        popped[NUMBER(number)] = seen->value;
        return NULL;
    }
    __VERIFIER_assume(0);
    return NULL;
}

int main(void) {
    pthread_t threads[2 * N];
    start_threads(threads, 0, N, push);
    start_threads(threads, N, N, pop);
    join_threads(threads, 2 * N);
    return 0;
}
