// assertion: which thread is told that it was the last at a barrier depends on the order of arrivals; its trace has to replay
// check: assertion
#include <pthread.h>
#include <assert.h>
pthread_barrier_t b; int serial[2];
void *w(void *p) { long i = (long)p; if (pthread_barrier_wait(&b) == PTHREAD_BARRIER_SERIAL_THREAD) serial[i] = 1; return 0; }
int main() { pthread_barrier_init(&b, 0, 2); pthread_t t[2]; for (long i = 0; i < 2; ++i) pthread_create(&t[i], 0, w, (void *)i); for (int i = 0; i < 2; ++i) pthread_join(t[i], 0); assert(serial[0]); }
