// verified: a wait on a condition comes back with EOWNERDEAD
// check: verified
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>

static pthread_mutex_t mutex;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static void *dies(void *p) {
    assert(pthread_mutex_lock(&mutex) == 0);
    ready = 1;
    pthread_cond_signal(&changed);
    return p;
}

int main(void) {
    pthread_mutexattr_t attr;
    pthread_mutexattr_init(&attr);
    pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_settype(&attr, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&mutex, &attr);
    pthread_t thread;
    pthread_create(&thread, NULL, dies, NULL);
    int got = pthread_mutex_lock(&mutex);
    const int before = ready;
    while (!ready) got = pthread_cond_wait(&changed, &mutex);
    assert(got == EOWNERDEAD);
    (void)before;
    assert(pthread_mutex_consistent(&mutex) == 0);
    assert(pthread_mutex_unlock(&mutex) == 0);
    pthread_join(thread, NULL);
    return 0;
}
