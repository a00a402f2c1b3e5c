// verified: 300 threads, one after the other
// check: verified
// executions: 1
#include <pthread.h>
int x;
void *f(void *a) { x++; return 0; }
int main() { for (int i = 0; i < 300; i++) { pthread_t t; pthread_create(&t, 0, f, 0); pthread_join(t, 0); } }
