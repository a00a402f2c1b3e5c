// pthread_spinlock_t: never unlocked
// check: deadlock ~ held by T0
#include <pthread.h>
static pthread_spinlock_t s;
static void* f(void* a) {
    pthread_spin_lock(&s);
    return a;
}
int main(void) {
    pthread_t t;
    pthread_spin_init(&s, 0);
    pthread_create(&t, 0, f, 0);
    pthread_spin_lock(&s);
    pthread_join(t, 0);
    return 0;
}
