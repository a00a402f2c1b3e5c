// misuse or data-race: a mutex is destroyed while another thread waits for it, or comes for it
// check: misuse|data-race ~ mutex
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void *other(void *p) {
    pthread_mutex_lock(&mutex);
    pthread_mutex_unlock(&mutex);
    return p;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&mutex);
    pthread_create(&thread, NULL, other, NULL);
    pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&mutex);
    pthread_join(thread, NULL);
    return 0;
}
