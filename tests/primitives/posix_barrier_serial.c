// pthread_barrier_t: one of them is the serial thread
// check: verified
// run: clean
#include <pthread.h>
static pthread_barrier_t b;
static int v[2], serial[2];
static void* f(void* a) {
    long i = (long)a;
    v[i] = 1;
    int r = pthread_barrier_wait(&b);
    if (r == PTHREAD_BARRIER_SERIAL_THREAD) serial[i] = 1;
    return (void*)(long)(v[0] + v[1]);
}
int main(void) {
    pthread_t t[2];
    void* r[2];
    pthread_barrier_init(&b, 0, 2);
    for (long i = 0; i < 2; ++i) pthread_create(&t[i], 0, f, (void*)i);
    for (int i = 0; i < 2; ++i) pthread_join(t[i], &r[i]);
    pthread_barrier_destroy(&b);
    return !(r[0] == (void*)2 && r[1] == (void*)2 && serial[0] + serial[1] == 1);
}
