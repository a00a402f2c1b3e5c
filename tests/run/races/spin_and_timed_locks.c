// expect: clean
#define _GNU_SOURCE
#include <pthread.h>
#include <time.h>
static pthread_spinlock_t s;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t l = PTHREAD_RWLOCK_INITIALIZER;
static int a, b, c;
static void* work(void* unused) {
    struct timespec until;
    for (int i = 0; i < 100; i++) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec += 20;
        if (i % 3) pthread_spin_lock(&s);
        else while (pthread_spin_trylock(&s)) {}
        a++;
        pthread_spin_unlock(&s);
        if (!pthread_mutex_timedlock(&m, &until)) b++, pthread_mutex_unlock(&m);
        if (!pthread_rwlock_timedwrlock(&l, &until)) c++, pthread_rwlock_unlock(&l);
        if (!pthread_rwlock_timedrdlock(&l, &until)) (void)*(volatile int*)&c, pthread_rwlock_unlock(&l);
    }
    return unused;
}
int main(void) {
    pthread_t t[3];
    pthread_spin_init(&s, 0);
    for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    pthread_spin_destroy(&s);
    return a != 300;
}
