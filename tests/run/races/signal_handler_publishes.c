// expect: clean
// What was written before sigaction, the handler sees on whatever thread it runs; sem_post may be called there.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
static sem_t s;
static int before, after;
static void handler(int number) { after = before + number; sem_post(&s); }
static void* work(void* unused) {
    sem_wait(&s);
    return unused;
}
int main(void) {
    pthread_t t;
    struct sigaction action = {.sa_handler = handler};
    sem_init(&s, 0, 0);
    before = 1;
    sigaction(SIGUSR1, &action, 0);
    pthread_create(&t, 0, work, 0);
    pthread_kill(t, SIGUSR1);
    pthread_join(t, 0);
    return after != 1 + SIGUSR1;
}
