// pthread_cleanup_push: unlocks at pthread_exit
// check: verified
// run: clean
#include <pthread.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int n;
static void un(void* p) { pthread_mutex_unlock(p); }
static void* f(void* a) {
    pthread_mutex_lock(&m);
    pthread_cleanup_push(un, &m);
    ++n;
    if (a) pthread_exit(a);
    pthread_cleanup_pop(1);
    return 0;
}
int main(void) {
    pthread_t t, u;
    void* r;
    pthread_create(&t, 0, f, &n);
    pthread_create(&u, 0, f, 0);
    pthread_join(t, &r);
    pthread_join(u, 0);
    return n != 2 || r != &n;
}
