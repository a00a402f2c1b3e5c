// pthread_key_t: destructors at the thread's end
// check: verified
// run: clean
#include <pthread.h>
#include <stdlib.h>
static pthread_key_t k;
static int freed;
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static void d(void* p) {
    pthread_mutex_lock(&m);
    ++freed;
    pthread_mutex_unlock(&m);
    free(p);
}
static void* f(void* a) {
    pthread_setspecific(k, malloc(8));
    *(long*)pthread_getspecific(k) = 1;
    return a;
}
int main(void) {
    pthread_t t, u;
    pthread_key_create(&k, d);
    pthread_create(&t, 0, f, 0);
    pthread_create(&u, 0, f, 0);
    pthread_join(t, 0);
    pthread_join(u, 0);
    return freed != 2;
}
