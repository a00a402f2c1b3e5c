// verified: sem_post orders what came before it with what follows sem_wait
// check: verified
// executions: 1
#include <assert.h>
#include <pthread.h>
#include <semaphore.h>
#include <stddef.h>

static sem_t ready;
static int data;

static void *reader(void *p) {
    sem_wait(&ready);
    assert(data == 1);
    return p;
}

int main(void) {
    sem_init(&ready, 0, 0);
    pthread_t thread;
    pthread_create(&thread, NULL, reader, NULL);
    data = 1;
    sem_post(&ready);
    pthread_join(thread, NULL);
    sem_destroy(&ready);
}
