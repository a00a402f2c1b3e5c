// expect: race
// A signal orders nothing: the waiter timed out or was woken, and reads what is written without the mutex.
#include "meet.h"
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int data;
static void* work(void* unused) {
    data = 1;
    pthread_cond_signal(&c);
    return unused;
}
int main(void) {
    pthread_t t;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 10000000;
    if (until.tv_nsec >= 1000000000) until.tv_nsec -= 1000000000, until.tv_sec++;
    pthread_mutex_lock(&m);
    pthread_create(&t, 0, work, 0);
    pthread_cond_timedwait(&c, &m, &until);
    int seen = data;
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
    return seen > 1;
}
