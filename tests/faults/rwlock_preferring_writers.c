// deadlock: where writers are preferred, a reader that locks again waits behind the writer that waits for it
// check -- -DWRITERS: deadlock ~ waits to write
// check -- -DSTATIC: deadlock ~ waits to write
// check -- -DREADERS: verified
// check -- -DIGNORED: verified
// check --model tso -- -DWRITERS: deadlock
#define _GNU_SOURCE
#include <pthread.h>

#ifdef STATIC
static pthread_rwlock_t lock = PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
#else
static pthread_rwlock_t lock;
#endif
static int value;

static void *writer(void *unused) {
    pthread_rwlock_wrlock(&lock);
    value++;
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void) {
#ifndef STATIC
    pthread_rwlockattr_t attributes;
    pthread_rwlockattr_init(&attributes);
#if defined WRITERS
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
#elif defined IGNORED // glibc makes nothing of this one
    pthread_rwlockattr_setkind_np(&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NP);
#endif
    pthread_rwlock_init(&lock, &attributes);
    pthread_rwlockattr_destroy(&attributes);
#endif
    pthread_t t;
    pthread_create(&t, 0, writer, 0);
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_rdlock(&lock);
    const int seen = value;
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_unlock(&lock);
    pthread_join(t, 0);
    return seen > 1;
}
