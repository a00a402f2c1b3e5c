// assertion (with --plain-accesses shared): the compiler merges the two reads of x
// check --plain-accesses shared: assertion
// check --plain-accesses shared -- -O2: assertion
// check: data-race
#include <pthread.h>
#include <assert.h>
int x, y;
void *writer(void *a) { x = 3; return 0; }
void *reader(void *a) { int l = x; y = l; assert(y == x); return 0; }
int main() { pthread_t t, u; pthread_create(&t, 0, writer, 0); pthread_create(&u, 0, reader, 0); pthread_join(t, 0); pthread_join(u, 0); }
