// pthread_cond_t: limits that say which clock
// check: verified
// run: clean
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <time.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int ready;
static void* f(void* a) {
    pthread_mutex_lock(&m);
    ready = 1;
    pthread_cond_broadcast(&c);
    pthread_mutex_unlock(&m);
    return a;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    ts.tv_sec++;
    int r = 0;
    pthread_mutex_lock(&m);
    while (!ready && r == 0) r = pthread_cond_clockwait(&c, &m, CLOCK_MONOTONIC, &ts);
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
    clock_gettime(CLOCK_REALTIME, &ts);
    if (pthread_mutex_clocklock(&m, CLOCK_REALTIME, &ts) == 0) pthread_mutex_unlock(&m);
    return 0;
}
