// data-race: localtime returns the same object to both
// check: data-race ~ what localtime and gmtime return ~ localtime(&t)
#include <pthread.h>
#include <time.h>
int h[2];
void* f(void* p) { time_t t = 5; h[p != 0] = localtime(&t)->tm_hour; return 0; }
int main() { pthread_t t; pthread_create(&t, 0, f, 0); f(h); pthread_join(t, 0); }
