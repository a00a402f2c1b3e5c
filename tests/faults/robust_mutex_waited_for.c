// verified: whoever waits when the owner ends is told, and only the first
// check: verified
// check -- -DUNCHECKED: assertion ~ half == 0
// check -- -DSTALLED: deadlock
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t mutex;
static int half;

static void *dies(void *p) {
    if (pthread_mutex_lock(&mutex) == EOWNERDEAD) {
        half = 0;
        pthread_mutex_consistent(&mutex);
    }
    half = 1;
    return p;
}

static void *user(void *p) {
    const int got = pthread_mutex_lock(&mutex);
#ifndef UNCHECKED
    if (got == EOWNERDEAD) {
        half = 0;
        pthread_mutex_consistent(&mutex);
    }
#endif
    (void)got;
    assert(half == 0);
    pthread_mutex_unlock(&mutex);
    return p;
}

int main(void) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
#ifndef STALLED
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
#endif
    pthread_mutex_init(&mutex, &attr);
    pthread_t a, b;
    pthread_create(&a, NULL, dies, NULL);
    pthread_create(&b, NULL, user, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
