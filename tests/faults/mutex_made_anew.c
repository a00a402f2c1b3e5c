// verified: a mutex that was destroyed is initialised again, by a call and by assignment
// check: verified
#include <pthread.h>
#include <stddef.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static int shared;

static void *add(void *p) {
    pthread_mutex_lock(&mutex);
    ++shared;
    pthread_mutex_unlock(&mutex);
    return p;
}

static void round_of_two(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, add, NULL);
    add(NULL);
    pthread_join(thread, NULL);
    pthread_mutex_destroy(&mutex);
}

int main(void) {
    round_of_two();
    pthread_mutex_init(&mutex, NULL);
    round_of_two();
    mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    round_of_two();
    return shared != 6;
}
