// misuse: a mutex is destroyed while a thread that has ended holds it
// check: misuse ~ while T1 holds it
// run: misuse|mutex-misuse|lock-misuse
#include <pthread.h>
pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
void *f(void *a) { pthread_mutex_lock(&m); return 0; }
int main() { pthread_t t; pthread_create(&t, 0, f, 0); pthread_join(t, 0);  pthread_mutex_destroy(&m); return 0; }
