// sem_t: sem_timedwait gets it, or not
// check: verified
// run: clean
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <time.h>
static sem_t s;
static void* f(void* a) {
    sem_post(&s);
    return a;
}
int main(void) {
    pthread_t t;
    struct timespec ts;
    sem_init(&s, 0, 0);
    pthread_create(&t, 0, f, 0);
    clock_gettime(CLOCK_REALTIME, &ts);
    ts.tv_sec += 1;
    int r;
    while ((r = sem_timedwait(&s, &ts)) == -1 && errno == EINTR) continue;
    if (r == -1) {
        if (errno != ETIMEDOUT) return 1;
        perror("sem");
    }
    pthread_join(t, 0);
    int v;
    sem_getvalue(&s, &v);
    return r == 0 ? v != 0 : v != 1;
}
