// verified: a cleanup handler gives the mutex back when its thread exits early
// check: verified
// executions: 2
#include <pthread.h>
#include <stddef.h>
#include <assert.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER; static int x;
static void give(void*p){ pthread_mutex_unlock(p); }
static void* f(void*p){ pthread_mutex_lock(&m); pthread_cleanup_push(give,&m); ++x; if (p==NULL) pthread_exit(NULL); pthread_cleanup_pop(1); return p; }
int main(void){ pthread_t a,b; pthread_create(&a,NULL,f,NULL); pthread_create(&b,NULL,f,&x); pthread_join(a,NULL); pthread_join(b,NULL); assert(x==2); }
