// misuse: a condition variable is destroyed, cleared or freed while a thread waits on it; or used after it was destroyed
// check: misuse ~ while T1 waits on it
// check -- -DAFTER: misuse ~ used after it was destroyed
// check -- -DWOKEN: verified
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int waiting, ready;

static void *waiter(void *p) {
    pthread_mutex_lock(&mutex);
    waiting = 1;
    while (!ready) pthread_cond_wait(&changed, &mutex);
    pthread_mutex_unlock(&mutex);
    return p;
}

int main(void) {
    pthread_t thread;
#ifndef AFTER
    pthread_create(&thread, NULL, waiter, NULL);
    for (int seen = 0; !seen;) {
        pthread_mutex_lock(&mutex);
        seen = waiting;
        pthread_mutex_unlock(&mutex);
    }
#ifdef WOKEN
    pthread_mutex_lock(&mutex);
    ready = 1;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&mutex);
    pthread_join(thread, NULL);
#endif
    pthread_cond_destroy(&changed);
#ifndef WOKEN
    pthread_join(thread, NULL);
#endif
#else
    (void)waiter, (void)thread;
    pthread_cond_destroy(&changed);
    pthread_cond_signal(&changed);
#endif
    return 0;
}
