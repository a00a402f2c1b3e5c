// misuse: unlocked by a stranger; by nobody's holder; destroyed while another thread, though ended, has it; used after that
// check -- -DSTRANGER: misuse ~ does not hold it
// check -- -DUNHELD: misuse ~ does not hold it
// check -- -DDESTROYED: misuse ~ destroyed
// check -- -DAFTER: misuse ~ used after it was destroyed
// check -- -DTWICE: misuse ~ used after it was destroyed
#include <pthread.h>

static pthread_rwlock_t lock = PTHREAD_RWLOCK_INITIALIZER;

static void *reader(void *unused) {
    pthread_rwlock_rdlock(&lock);
    return unused;
}

static void *stranger(void *unused) {
    pthread_rwlock_unlock(&lock);
    return unused;
}

int main(void) {
    pthread_t t;
#if defined STRANGER
    pthread_rwlock_rdlock(&lock);
    pthread_create(&t, 0, stranger, 0);
    pthread_join(t, 0);
#elif defined UNHELD
    pthread_rwlock_rdlock(&lock);
    pthread_rwlock_unlock(&lock);
    pthread_rwlock_unlock(&lock);
#elif defined DESTROYED
    pthread_create(&t, 0, reader, 0);
    pthread_join(t, 0);
    pthread_rwlock_destroy(&lock);
#elif defined AFTER
    pthread_rwlock_destroy(&lock);
    pthread_rwlock_rdlock(&lock);
#elif defined TWICE
    pthread_rwlock_destroy(&lock);
    pthread_rwlock_destroy(&lock);
#endif
    (void)reader, (void)stranger, (void)t;
    return 0;
}
