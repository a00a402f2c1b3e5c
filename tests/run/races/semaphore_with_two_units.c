// expect: race
// Two may pass at once.
#include "meet.h"
#include <semaphore.h>
static sem_t s;
static int value;
static void* work(void* unused) {
    sem_wait(&s);
    meet();
    value++;
    meet();
    sem_post(&s);
    return unused;
}
int main(void) {
    pthread_t a, b;
    meet_of(2);
    sem_init(&s, 0, 2);
    pthread_create(&a, 0, work, 0);
    pthread_create(&b, 0, work, 0);
    pthread_join(a, 0);
    pthread_join(b, 0);
    return 0;
}
