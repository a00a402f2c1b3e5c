// pthread_spinlock_t: what it guards lies in the same 8 bytes, before it
// check: verified
// executions: 2
#include <pthread.h>
static struct {
    int n;
    pthread_spinlock_t l;
} s;
static void* f(void* a) {
    pthread_spin_lock(&s.l);
    ++s.n;
    pthread_spin_unlock(&s.l);
    return a;
}
int main(void) {
    pthread_t t;
    pthread_spin_init(&s.l, 0);
    pthread_create(&t, 0, f, 0);
    f(0);
    pthread_join(t, 0);
    return s.n != 2;
}
