// expect: misuse
// The copy of a locked mutex is locked, and nobody can unlock it.
#include <pthread.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, copy;

int main(void) {
    pthread_mutex_lock(&mutex);
    copy = mutex;
    pthread_mutex_unlock(&mutex);
    pthread_mutex_destroy(&copy);
}
