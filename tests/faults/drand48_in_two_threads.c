// data-race: drand48 has one state, and no lock
// check: data-race ~ the state of drand48 ~ drand48()
#include <pthread.h>
#include <stdlib.h>
double h[2];
void* f(void* p) { h[p != 0] = drand48(); return 0; }
int main() { srand48(3); pthread_t t; pthread_create(&t, 0, f, 0); f(h); pthread_join(t, 0); }
