// verified: a thread names itself
// check: verified
#define _GNU_SOURCE
#include <pthread.h>
#include <stddef.h>

static pthread_t handle;

static void *body(void *p) {
    pthread_setname_np(pthread_self(), "disk");
    return p;
}

int main(void) {
    if (pthread_create(&handle, NULL, body, NULL) != 0) return 2;
    pthread_join(handle, NULL);
    return 0;
}
