// verified: writers exclude each other and readers, with lock, try and time limit; 3! orders, and those in which a try fails
// check --model sc: verified
// check --model tso: verified
// check --model rc11: verified
// check -- -O2: verified
#include <assert.h>
#include <pthread.h>
#include <time.h>

static pthread_rwlock_t lock;
static int value, done;

static void *writer(void *unused) {
    pthread_rwlock_wrlock(&lock);
    value++, done++;
    pthread_rwlock_unlock(&lock);
    return unused;
}

static void *trier(void *unused) {
    if (pthread_rwlock_trywrlock(&lock) == 0) {
        value++, done++;
        pthread_rwlock_unlock(&lock);
    }
    return unused;
}

static void *hurried(void *unused) {
    struct timespec limit;
    clock_gettime(CLOCK_REALTIME, &limit);
    limit.tv_sec++;
    if (pthread_rwlock_timedrdlock(&lock, &limit) == 0) {
        assert(value == done);
        pthread_rwlock_unlock(&lock);
    }
    return unused;
}

int main(void) {
    pthread_t t[3];
    void *(*const roles[3])(void *) = {writer, trier, hurried};
    pthread_rwlock_init(&lock, 0);
    for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, roles[i], 0);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    assert(value == done);
    pthread_rwlock_destroy(&lock);
    return 0;
}
