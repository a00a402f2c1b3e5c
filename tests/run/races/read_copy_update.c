// expect: clean
// Readers count themselves in; the writer exchanges the pointer and waits until the old epoch has no reader.
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
static int* current;
static int readers[2], epoch;
static void* reader(void* unused) {
    for (int i = 0; i < 50; i++) {
        int e;
        for (;;) {
            e = __atomic_load_n(&epoch, __ATOMIC_SEQ_CST);
            __atomic_fetch_add(&readers[e & 1], 1, __ATOMIC_SEQ_CST);
            if (e == __atomic_load_n(&epoch, __ATOMIC_SEQ_CST)) break;
            __atomic_fetch_sub(&readers[e & 1], 1, __ATOMIC_SEQ_CST);
        }
        (void)*(volatile int*)__atomic_load_n(&current, __ATOMIC_ACQUIRE);
        __atomic_fetch_sub(&readers[e & 1], 1, __ATOMIC_RELEASE);
    }
    return unused;
}
int main(void) {
    pthread_t t[2];
    current = calloc(1, sizeof(int));
    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, reader, 0);
    for (int i = 0; i < 20; i++) {
        int* fresh = malloc(sizeof(int));
        *fresh = i;
        int* old = __atomic_exchange_n(&current, fresh, __ATOMIC_SEQ_CST);
        int e = __atomic_fetch_add(&epoch, 1, __ATOMIC_SEQ_CST);
        while (__atomic_load_n(&readers[e & 1], __ATOMIC_SEQ_CST)) sched_yield(); // acquire is too weak: it may see none of a reader who has seen the old epoch
        free(old);
    }
    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);
    free(current);
    return 0;
}
