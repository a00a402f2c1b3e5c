// pthread_mutex_t, robust: its owner ends without unlocking it
// check: verified
// run: clean
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
static pthread_mutex_t m;
static void* f(void* a) {
    pthread_mutex_lock(&m);
    return a;
}
int main(void) {
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_setrobust(&a, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&m, &a);
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    pthread_join(t, 0);
    int e = pthread_mutex_lock(&m);
    if (e == EOWNERDEAD) pthread_mutex_consistent(&m);
    pthread_mutex_unlock(&m);
    return e != EOWNERDEAD;
}
