// deadlock: sem_wait without a sem_post
// check: deadlock ~ waits for semaphore `ready`
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t ready;

static void *reader(void *p) {
    sem_wait(&ready);
    return p;
}

int main(void) {
    sem_init(&ready, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, reader, NULL);
    pthread_join(thread, NULL);
}
