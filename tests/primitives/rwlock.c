// pthread_rwlock_t: a writer, a reader with a time limit, one who tries
// check: verified
// run: clean
#include <pthread.h>
#include <time.h>
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static int n;
static void* w(void* a) {
    pthread_rwlock_wrlock(&l);
    ++n;
    pthread_rwlock_unlock(&l);
    return a;
}
static void* r(void* a) {
    struct timespec ts;
    clock_gettime(CLOCK_REALTIME, &ts);
    ts.tv_nsec = 0;
    ts.tv_sec++;
    if (pthread_rwlock_timedrdlock(&l, &ts) == 0) {
        int x = n;
        pthread_rwlock_unlock(&l);
        (void)x;
    }
    return a;
}
int main(void) {
    pthread_t t, u;
    pthread_create(&t, 0, w, 0);
    pthread_create(&u, 0, r, 0);
    if (pthread_rwlock_trywrlock(&l) == 0) {
        ++n;
        pthread_rwlock_unlock(&l);
    }
    pthread_join(t, 0);
    pthread_join(u, 0);
    return 0;
}
