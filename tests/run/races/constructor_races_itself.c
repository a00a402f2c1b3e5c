// expect: race
// Both in a constructor: it does not wait for its thread before it goes on.
#include <pthread.h>

int shared;

static void* run(void* unused) {
    shared = 1;
    return unused;
}

__attribute__((constructor)) static void early(void) {
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    shared = 2;
    pthread_join(thread, 0);
}

int main(void) { return 0; }
