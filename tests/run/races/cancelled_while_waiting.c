// expect: clean
// Cancelled in pthread_cond_wait: the mutex is held again when the cleanup runs.
#include <pthread.h>
#include <unistd.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int waits, cleaned;
static void clean_up(void* unused) { (void)unused; cleaned++; pthread_mutex_unlock(&m); }
static void* work(void* unused) {
    pthread_mutex_lock(&m);
    pthread_cleanup_push(clean_up, 0);
    waits = 1;
    for (;;) pthread_cond_wait(&c, &m);
    pthread_cleanup_pop(0);
    return unused;
}
static void* sleeper(void* unused) {
    for (;;) sleep(100);
    return unused;
}
int main(void) {
    pthread_t s, t;
    void* value;
    pthread_create(&t, 0, work, 0);
    pthread_create(&s, 0, sleeper, 0);
    for (int there = 0; !there; usleep(100)) pthread_mutex_lock(&m), there = waits, pthread_mutex_unlock(&m);
    pthread_cancel(t);
    pthread_cancel(s);
    pthread_join(t, &value);
    pthread_join(s, 0);
    pthread_mutex_lock(&m);
    cleaned++;
    pthread_mutex_unlock(&m);
    return cleaned != 2 || value != PTHREAD_CANCELED;
}
