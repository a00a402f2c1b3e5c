// verified: a thread asks for its stack, its processors, its scheduling and whether it is there
// check: verified
#define _GNU_SOURCE
#include <assert.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>

static void *body(void *p) {
    pthread_attr_t attributes;
    void *stack;
    size_t size;
    assert(pthread_getattr_np(pthread_self(), &attributes) == 0);
    assert(pthread_attr_getstack(&attributes, &stack, &size) == 0);
    assert((char *)&attributes > (char *)stack && (char *)&attributes < (char *)stack + size);
    pthread_attr_destroy(&attributes);
    cpu_set_t processors;
    assert(pthread_getaffinity_np(pthread_self(), sizeof processors, &processors) == 0 && CPU_COUNT(&processors) > 0);
    assert(pthread_setaffinity_np(pthread_self(), sizeof processors, &processors) == 0);
    int policy;
    struct sched_param parameters;
    assert(pthread_getschedparam(pthread_self(), &policy, &parameters) == 0);
    assert(pthread_kill(pthread_self(), 0) == 0);
    return p;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, body, NULL);
    pthread_setname_np(thread, "asked");
    pthread_join(thread, NULL);
}
