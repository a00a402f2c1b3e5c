// verified: a reader waits for another reader while a writer waits for both: readers are preferred, so the other gets in
// check: verified
// check --model tso: verified
// check -- -DWRITERS: deadlock
#define _GNU_SOURCE
#include <pthread.h>

#ifdef WRITERS
static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
#else
static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;
#endif
static int value;

static void *reader(void *out) {
    pthread_rwlock_rdlock(&lock);
    *(int *)out = value;
    pthread_rwlock_unlock(&lock);
    return 0;
}

static void *writer(void *unused) {
    pthread_rwlock_wrlock(&lock);
    value++;
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t r, w;
    int seen;
    pthread_create(&w, 0, writer, 0);
    pthread_create(&r, 0, reader, &seen);
    pthread_rwlock_rdlock(&lock);
    pthread_join(r, 0);
    pthread_rwlock_unlock(&lock);
    pthread_join(w, 0);
    return seen > 1;
}
