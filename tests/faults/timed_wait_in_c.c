// pthread_cond_timedwait and pthread_mutex_timedlock in loops, with a new limit each time or the same one: inconclusive at the bound
// check: verified
// check -- -O0: verified
// check -- -DONE_LIMIT: verified
// check -- -DNEVER: livelock
// check -- -DNEVER -DONE_LIMIT -O2: livelock
#include <assert.h>
#include <pthread.h>
#include <time.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int ready;

static struct timespec in_ten_milliseconds(void) {
    struct timespec time;
    clock_gettime(CLOCK_REALTIME, &time);
    time.tv_nsec += 10000000;
    if (time.tv_nsec >= 1000000000) {
        time.tv_nsec -= 1000000000;
        time.tv_sec++;
    }
    return time;
}

static void *run(void *argument) {
    for (;;) {
        struct timespec limit = in_ten_milliseconds();
        if (pthread_mutex_timedlock(&mutex, &limit) == 0) break;
    }
#ifndef NEVER
    ready = 1;
#endif
    pthread_cond_signal(&changed);
    pthread_mutex_unlock(&mutex);
    return argument;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    struct timespec limit = in_ten_milliseconds();
    pthread_mutex_lock(&mutex);
    while (!ready) {
#ifndef ONE_LIMIT
        limit = in_ten_milliseconds();
#endif
        pthread_cond_timedwait(&changed, &mutex, &limit);
    }
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, 0);
    assert(ready);
    return 0;
}
