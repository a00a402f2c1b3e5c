// expect: race
// A pointer published with release and read relaxed: what it points to may not be there yet.
#include <pthread.h>
#include <stdlib.h>
static int* shared;
static void* work(void* unused) {
    int* made = malloc(sizeof *made);
    *made = 42;
    __atomic_store_n(&shared, made, __ATOMIC_RELEASE);
    return unused;
}
int main(void) {
    pthread_t t;
    int* seen;
    pthread_create(&t, 0, work, 0);
    while (!(seen = __atomic_load_n(&shared, __ATOMIC_RELAXED))) {}
    int value = *seen;
    pthread_join(t, 0);
    free(seen);
    return value != 42;
}
