// expect: clean
// An owner that ends with the lock: the next one is told, knows what that one did, and makes it good; or does not, and nobody gets it any more.
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

static pthread_mutex_t mutex;
static int value;

static void *leaves(void *unused) {
    pthread_mutex_lock(&mutex);
    value = 1;
    return unused;
}
static void *repairs(void *unused) {
    const int got = pthread_mutex_lock(&mutex);
    if (got == EOWNERDEAD) {
        ++value;
        pthread_mutex_consistent(&mutex);
        pthread_mutex_unlock(&mutex);
    } else if (got == 0) {
        pthread_mutex_unlock(&mutex);
    }
    return unused;
}

int main(void) {
    pthread_mutexattr_t attributes;
    pthread_t one, two, three;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&mutex, &attributes);
    pthread_create(&one, NULL, leaves, NULL);
    pthread_create(&two, NULL, repairs, NULL);
    pthread_create(&three, NULL, repairs, NULL);
    pthread_join(one, NULL);
    pthread_join(two, NULL);
    pthread_join(three, NULL);
    if (pthread_mutex_lock(&mutex) == EOWNERDEAD) pthread_mutex_consistent(&mutex);
    if (value < 1) abort();
    pthread_mutex_unlock(&mutex);
    pthread_create(&one, NULL, leaves, NULL);
    pthread_join(one, NULL);
    if (pthread_mutex_trylock(&mutex) != EOWNERDEAD) abort();
    pthread_mutex_unlock(&mutex); // not made consistent
    if (pthread_mutex_lock(&mutex) != ENOTRECOVERABLE) abort();
    pthread_mutex_destroy(&mutex);
}
