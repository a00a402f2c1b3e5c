// expect: deadlock
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, copy;

static void *waits(void *unused) {
    pthread_mutex_lock(&copy);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_mutex_lock(&mutex);
    copy = mutex;
    pthread_mutex_unlock(&mutex);
    pthread_create(&thread, NULL, waits, NULL);
    pthread_join(thread, NULL);
}
