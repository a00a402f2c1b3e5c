// inconclusive, with the number of threads: they are started without end
// check --unroll 100000: inconclusive ~ 4095 threads
// within: 60
#include <pthread.h>

static void *nothing(void *argument) { return argument; }

int main(void) {
    for (;;) {
        pthread_t thread;
        if (pthread_create(&thread, 0, nothing, 0) != 0) return 0;
        pthread_join(thread, 0);
    }
}
