// sem_t: hands data over
// check: verified
// run: clean
#include <pthread.h>
#include <semaphore.h>
static sem_t s;
static int data;
static void* f(void* a) {
    data = 1;
    sem_post(&s);
    return a;
}
int main(void) {
    pthread_t t;
    sem_init(&s, 0, 0);
    pthread_create(&t, 0, f, 0);
    sem_wait(&s);
    int r = data;
    pthread_join(t, 0);
    sem_destroy(&s);
    return r != 1;
}
