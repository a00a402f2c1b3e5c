// sem_t: nobody asks whether sem_timedwait got it
// check: data-race|assertion
#include <pthread.h>
#include <semaphore.h>
#include <time.h>
static sem_t s;
static int data;
static void* f(void* a) {
    data = 1;
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
    sem_timedwait(&s, &ts);
    int r = data;
    pthread_join(t, 0);
    return r != 1;
}
