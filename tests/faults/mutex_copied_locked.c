// misuse or deadlock: a locked mutex is copied by assignment; the copy is locked too
// check: misuse|deadlock
// within: 60
#include <pthread.h>
#include <stddef.h>

struct call {
    pthread_mutex_t mutex;
    int seconds;
};

static struct call original = {PTHREAD_MUTEX_INITIALIZER, 5}, copy;

static void *reader(void *p) {
    pthread_mutex_lock(&copy.mutex);
    pthread_mutex_unlock(&copy.mutex);
    return p;
}

int main(void) {
    pthread_mutex_lock(&original.mutex);
    copy = original;
    pthread_mutex_unlock(&original.mutex);
    pthread_t thread;
    pthread_create(&thread, NULL, reader, NULL);
    pthread_join(thread, NULL);
    return copy.seconds == 5 ? 0 : 1;
}
