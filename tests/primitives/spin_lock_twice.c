// pthread_spinlock_t: locked twice
// check: deadlock ~ which it holds itself
#include <pthread.h>
static pthread_spinlock_t s;
static void* f(void* a) {
    pthread_spin_lock(&s);
    pthread_spin_lock(&s);
    return a;
}
int main(void) {
    pthread_t t;
    pthread_spin_init(&s, 0);
    pthread_create(&t, 0, f, 0);
    pthread_join(t, 0);
    return 0;
}
