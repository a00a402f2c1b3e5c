// expect: clean
#include <pthread.h>
#include <time.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t c = PTHREAD_COND_INITIALIZER;
static int full, data;
static void* produce(void* unused) {
    for (int i = 0; i < 100; i++) {
        pthread_mutex_lock(&m);
        while (full) pthread_cond_wait(&c, &m);
        full = 1, data = i;
        pthread_cond_signal(&c);
        pthread_mutex_unlock(&m);
    }
    return unused;
}
int main(void) {
    pthread_t t;
    long sum = 0;
    pthread_create(&t, 0, produce, 0);
    for (int i = 0; i < 100; i++) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 20;
        pthread_mutex_lock(&m);
        while (!full) pthread_cond_timedwait(&c, &m, &until);
        full = 0, sum += data;
        pthread_cond_signal(&c);
        pthread_mutex_unlock(&m);
    }
    pthread_join(t, 0);
    pthread_cond_destroy(&c);
    return sum != 4950;
}
