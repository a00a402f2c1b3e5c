// expect: race
// Two thousand threads one after the other, detached or joined; two of the last ones race.
#include "meet.h"
#include <sched.h>
static int done, data;
static void* work(void* unused) { __atomic_fetch_add(&done, 1, __ATOMIC_RELAXED); return unused; }
static void* racing(void* unused) { data++; return unused; }
int main(void) {
    pthread_t t, s;
    for (int i = 0; i < 2000; i++) {
        pthread_create(&t, 0, work, 0);
        if (i % 2) pthread_join(t, 0);
        else pthread_detach(t);
        if (i % 64 == 0) while (__atomic_load_n(&done, __ATOMIC_RELAXED) < i) sched_yield();
    }
    pthread_create(&s, 0, racing, 0);
    pthread_create(&t, 0, racing, 0);
    pthread_join(s, 0);
    pthread_join(t, 0);
    return 0;
}
