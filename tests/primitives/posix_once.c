// pthread_once_t: one of two initialises
// check: verified
// run: clean
#include <pthread.h>
static pthread_once_t o = PTHREAD_ONCE_INIT;
static int n;
static void init(void) { ++n; }
static void* f(void* a) {
    pthread_once(&o, init);
    return a;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, f, 0);
    pthread_once(&o, init);
    int r = n;
    pthread_join(t, 0);
    return r != 1;
}
