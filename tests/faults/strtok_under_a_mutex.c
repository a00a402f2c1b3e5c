// verified: the same under a mutex
// check: verified
// executions: 2
#include <pthread.h>
#include <string.h>
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
char a[] = "a b", b[] = "c d"; int n;
void* f(void* p) { pthread_mutex_lock(&m); char* t = strtok(p, " "); while (t) n++, t = strtok(NULL, " "); pthread_mutex_unlock(&m); return 0; }
int main() { pthread_t t; pthread_create(&t, 0, f, a); f(b); pthread_join(t, 0); return n != 4; }
