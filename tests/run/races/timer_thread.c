// expect: clean
// The C library makes a thread for the timer; through it main's write reaches the other thread.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>
#include <time.h>
static sem_t begun, rung;
static int data, result;
static void ring(union sigval unused) { (void)unused; sem_wait(&begun); result = data; sem_post(&rung); }
static void* work(void* unused) { data = 42; sem_post(&begun); return unused; }
int main(void) {
    pthread_t t;
    timer_t timer;
    struct sigevent event;
    struct itimerspec soon = {{0, 0}, {0, 1000000}};
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_THREAD, event.sigev_notify_function = ring;
    sem_init(&begun, 0, 0), sem_init(&rung, 0, 0);
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    timer_settime(timer, 0, &soon, 0);
    pthread_create(&t, 0, work, 0);
    sem_wait(&rung);
    int seen = result;
    data = 1;
    pthread_join(t, 0);
    timer_delete(timer);
    return seen != 42;
}
