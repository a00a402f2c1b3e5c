// expect: clean
#include <pthread.h>
#include <semaphore.h>
static sem_t empty, full;
static int slot;
static void* produce(void* unused) {
    for (int i = 1; i <= 100; i++) sem_wait(&empty), slot = i, sem_post(&full);
    return unused;
}
int main(void) {
    pthread_t t;
    long sum = 0;
    sem_init(&empty, 0, 1);
    sem_init(&full, 0, 0);
    pthread_create(&t, 0, produce, 0);
    for (int i = 0; i < 100; i++) {
        while (sem_trywait(&full)) {}
        sum += slot;
        sem_post(&empty);
    }
    pthread_join(t, 0);
    sem_destroy(&full);
    return sum != 5050;
}
