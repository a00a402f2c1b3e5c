// pthread_mutex_t, error checking: a stranger, a second lock and a second unlock are told
// check: verified
// run: clean
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
static pthread_mutex_t m;
static int e;
static void* f(void* a) {
    e = pthread_mutex_unlock(&m);
    return a;
}
int main(void) {
    pthread_mutexattr_t a;
    pthread_mutexattr_init(&a);
    pthread_mutexattr_settype(&a, PTHREAD_MUTEX_ERRORCHECK);
    pthread_mutex_init(&m, &a);
    pthread_mutexattr_destroy(&a);
    pthread_t t;
    pthread_mutex_lock(&m);
    int e2 = pthread_mutex_lock(&m);
    pthread_create(&t, 0, f, 0);
    pthread_join(t, 0);
    pthread_mutex_unlock(&m);
    int e3 = pthread_mutex_unlock(&m);
    pthread_mutex_destroy(&m);
    return !(e == EPERM && e2 == EDEADLK && e3 == EPERM);
}
