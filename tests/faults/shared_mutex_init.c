// verified, 4 executions: a mutex and a condition variable that are initialised by calls, beside a plain variable that races
// check --plain-accesses shared: verified
// executions: 4
#include <assert.h>
#include <pthread.h>
static pthread_mutex_t m;
static pthread_cond_t c;
static int ready, data;
static void *worker(void *unused) {
    pthread_mutex_lock(&m);
    ready = 1;
    pthread_cond_signal(&c);
    pthread_mutex_unlock(&m);
    data = 1;
    return unused;
}
int main(void) {
    pthread_mutex_init(&m, 0);
    pthread_cond_init(&c, 0);
    pthread_t thread;
    pthread_create(&thread, 0, worker, 0);
    pthread_mutex_lock(&m);
    while (!ready) pthread_cond_wait(&c, &m);
    pthread_mutex_unlock(&m);
    const int seen = data;
    assert(seen == 0 || seen == 1);
    pthread_join(thread, 0);
    pthread_mutex_destroy(&m);
    pthread_cond_destroy(&c);
}
