// verified: a thread's name is what was set last, by itself or by another thread
// check: verified
// check -- -DWRONG: assertion
#define _GNU_SOURCE
#include <assert.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>

static void *body(void *p) {
    char name[16];
    assert(pthread_setname_np(pthread_self(), "a name that is too long") == ERANGE);
    pthread_getname_np(pthread_self(), name, sizeof name);
    assert(strcmp(name, "worker") == 0 || strcmp(name, "heddle") == 0);
#ifdef WRONG
    assert(strcmp(name, "worker") == 0); // main may name it later
#endif
    return p;
}

int main(void) {
    char name[16];
    pthread_t thread;
    pthread_create(&thread, NULL, body, NULL);
    pthread_setname_np(thread, "worker");
    assert(pthread_getname_np(thread, name, 3) == ERANGE);
    pthread_getname_np(thread, name, sizeof name);
    assert(strcmp(name, "worker") == 0);
    pthread_join(thread, NULL);
    return 0;
}
