// misuse: of handles of threads
// check -- -DUSE=pthread_join(pthread_self(),NULL): misuse ~ joins itself
// check -- -DUSE=pthread_join(thread,NULL),pthread_join(thread,NULL): misuse ~ joined twice
// check -- -DUSE=pthread_detach(thread),pthread_join(thread,NULL): misuse ~ a detached thread is joined
// check -- -DUSE=pthread_detach(thread),pthread_detach(thread): misuse ~ detached twice
// check -- -DUSE=pthread_join(thread,NULL),pthread_detach(thread): misuse ~ a joined thread is detached
// check -- -DUSE=pthread_join(0,NULL): misuse ~ no thread
// check -- -DUSE=assert(pthread_equal(thread,thread)&&!pthread_equal(thread,pthread_self())),pthread_join(thread,NULL): verified
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>

static void *body(void *p) { return p; }

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, body, NULL);
    (void)(USE);
    return 0;
}
