// verified: pthread_tryjoin_np and pthread_timedjoin_np join or say that the thread has not ended; a join orders
// check: verified
// check -- -DWRONG: data-race|assertion ~ count
// check -- -DAGAIN=pthread_join(thread,NULL): misuse ~ joined twice
// check -- -DAGAIN=pthread_detach(thread): misuse ~ a joined thread is detached
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <time.h>

static int count;

static void *body(void *p) {
    ++count;
    return p;
}

int main(void) {
    pthread_t thread;
    void *result = NULL;
    pthread_create(&thread, NULL, body, &count);
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    ++limit.tv_sec;
    int got = pthread_tryjoin_np(thread, &result);
#ifdef WRONG
    ++count;
#endif
    if (got == EBUSY) got = pthread_timedjoin_np(thread, &result, &limit);
    if (got == ETIMEDOUT) {
        ++limit.tv_sec;
        got = pthread_clockjoin_np(thread, &result, CLOCK_REALTIME, &limit);
    }
    if (got != 0) assert(pthread_join(thread, &result) == 0);
    assert(result == &count && count == 1);
#ifdef AGAIN
    AGAIN;
#endif
    return 0;
}
