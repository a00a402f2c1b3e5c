// expect: misuse
// It has ended, and is neither joined nor detached.
#include <pthread.h>
#include <unistd.h>

static void* run(void* unused) { return unused; }

int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    usleep(100000);
    return 0;
}
