// inconclusive or livelock within the time limit: a thread in an endless loop without a single hook
// check --time-limit 2s: inconclusive|livelock
// check: livelock|inconclusive
// within: 12
#include <pthread.h>

static void *spinner(void *unused) {
    __asm__ volatile("1: jmp 1b");
    return unused;
}

int main(void) {
    pthread_t t;
    pthread_create(&t, 0, spinner, 0);
    pthread_join(t, 0);
    return 0;
}
