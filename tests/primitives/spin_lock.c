// pthread_spinlock_t: lock, trylock and unlock
// check: verified
// run: clean
#include <pthread.h>
static pthread_spinlock_t s;
static int n;
static void* f(void* a) {
    pthread_spin_lock(&s);
    ++n;
    pthread_spin_unlock(&s);
    if (pthread_spin_trylock(&s) == 0) {
        ++n;
        pthread_spin_unlock(&s);
    }
    return a;
}
int main(void) {
    pthread_t t;
    pthread_spin_init(&s, 0);
    pthread_create(&t, 0, f, 0);
    f(0);
    pthread_join(t, 0);
    pthread_spin_destroy(&s);
    return n < 2;
}
