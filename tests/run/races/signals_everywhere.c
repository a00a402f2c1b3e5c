// expect: clean
// A timer's signals while threads allocate, lock, and wait: nothing may get stuck or be told wrong.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int ticks, counter;
static void tick(int number) { __atomic_fetch_add(&ticks, number != 0, __ATOMIC_RELAXED); }
static void* work(void* unused) {
    for (int i = 0; i < 20000; i++) {
        volatile char* block = malloc(50);
        block[7] = 1;
        pthread_mutex_lock(&m);
        counter++;
        pthread_mutex_unlock(&m);
        free((void*)block);
    }
    return unused;
}
int main(void) {
    pthread_t t[2];
    struct sigaction action = {.sa_handler = tick, .sa_flags = SA_RESTART};
    struct itimerval often = {{0, 500}, {0, 500}}, never = {{0, 0}, {0, 0}};
    sigaction(SIGALRM, &action, 0);
    setitimer(ITIMER_REAL, &often, 0);
    for (int i = 0; i < 2; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 2; i++) pthread_join(t[i], 0);
    setitimer(ITIMER_REAL, &never, 0);
    return counter != 40000 || __atomic_load_n(&ticks, __ATOMIC_RELAXED) == 0;
}
