/* The queue of Michael and Scott: N threads enqueue once, one dequeues once. Loops are cut after three tries: executions that
   need more are dropped. Nodes are not reused, so the second look at head and tail that recycling would need is left out.
   A brute-force count gives 128 executions for N = 2 and 21,456 for N = 3. */
#include <heddle/heddle.h>
#include <stdatomic.h>

#include "threads.h"

#ifndef N
#define N 3
#endif
#define TRIES 3

struct node {
    int value;
    _Atomic(struct node *) next;
};

struct node dummy, nodes[N];
_Atomic(struct node *) head = &dummy, tail = &dummy;
int dequeued;

static void *enqueue(void *number) {
    struct node *node = &nodes[NUMBER(number)];
    node->value = NUMBER(number) + 1;
    for (int i = 0; i < TRIES; ++i) {
        struct node *last = atomic_load(&tail);
        struct node *next = atomic_load(&last->next);
        if (next) {
            atomic_compare_exchange_strong(&tail, &last, next);
            continue;
        }
        if (!atomic_compare_exchange_strong(&last->next, &next, node)) continue;
        atomic_compare_exchange_strong(&tail, &last, node);
        return NULL;
    }
    __VERIFIER_assume(0);
    return NULL;
}

static void *dequeue(void *unused) {
    (void)unused;
    for (int i = 0; i < TRIES; ++i) {
        struct node *first = atomic_load(&head);
        struct node *last = atomic_load(&tail);
        struct node *next = atomic_load(&first->next);
        if (first == last) {
            if (!next) return NULL;
            atomic_compare_exchange_strong(&tail, &last, next);
            continue;
        }
        int value = next->value;
        if (!atomic_compare_exchange_strong(&head, &first, next)) continue;
        dequeued = value;
        return NULL;
    }
    __VERIFIER_assume(0);
    return NULL;
}

int main(void) {
    pthread_t threads[N + 1];
    start_threads(threads, 0, N, enqueue);
    start_threads(threads, N, 1, dequeue);
    join_threads(threads, N + 1);
    return 0;
}
