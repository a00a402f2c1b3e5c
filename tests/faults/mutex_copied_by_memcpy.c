// misuse: the copy of a locked mutex is locked for ever, however it was copied, and whoever asks for it how
// check: misuse ~ copy of one that was locked
// check -- -DASK=pthread_mutex_trylock: misuse ~ copy of one that was locked
// check -- -DASK=pthread_mutex_unlock: misuse ~ copy of one that was locked
// check -- -DUNLOCKED: verified
// check -- -DANEW: verified
// within: 60
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#ifndef ASK
#define ASK pthread_mutex_lock
#endif

struct account {
    long sum;
    pthread_mutex_t mutex;
};

static void *other(void *p) {
    struct account *copy = p;
    ASK(&copy->mutex);
    return p;
}

int main(void) {
    struct account *original = malloc(sizeof *original), *copy = malloc(sizeof *copy);
    pthread_mutex_init(&original->mutex, NULL);
#ifndef UNLOCKED
    pthread_mutex_lock(&original->mutex);
#endif
    memcpy(copy, original, sizeof *copy);
#ifndef UNLOCKED
    pthread_mutex_unlock(&original->mutex);
#endif
#ifdef ANEW
    pthread_mutex_init(&copy->mutex, NULL);
#endif
    pthread_t thread;
    pthread_create(&thread, NULL, other, copy);
    pthread_join(thread, NULL);
    return 0;
}
