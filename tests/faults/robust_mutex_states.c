// verified: EOWNERDEAD once, consistent again or not recoverable, trylock and timedlock alike, attributes as they were set
// check: verified
// run: clean
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mended, given_up;

static void *body(void *p) {
    assert(pthread_mutex_lock(&mended) == 0);
    assert(pthread_mutex_trylock(&given_up) == 0);
    return p;
}

int main(void) {
    pthread_mutexattr_t attr;
    int robust = -1;
    pthread_mutexattr_init(&attr);
    assert(pthread_mutexattr_getrobust(&attr, &robust) == 0 && robust == PTHREAD_MUTEX_STALLED);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    assert(pthread_mutexattr_getrobust(&attr, &robust) == 0 && robust == PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mended, &attr);
    pthread_mutex_init(&given_up, &attr);
    assert(pthread_mutex_consistent(&mended) == EINVAL);
    pthread_t thread;
    pthread_create(&thread, NULL, body, NULL);
    pthread_join(thread, NULL);
    assert(pthread_mutex_trylock(&mended) == EOWNERDEAD);
    assert(pthread_mutex_consistent(&mended) == 0);
    assert(pthread_mutex_consistent(&mended) == EINVAL);
    pthread_mutex_unlock(&mended);
    assert(pthread_mutex_lock(&mended) == 0);
    pthread_mutex_unlock(&mended);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec += 10;
    assert(pthread_mutex_timedlock(&given_up, &now) == EOWNERDEAD);
    pthread_mutex_unlock(&given_up);
    assert(pthread_mutex_lock(&given_up) == ENOTRECOVERABLE);
    assert(pthread_mutex_trylock(&given_up) == ENOTRECOVERABLE);
    return 0;
}
