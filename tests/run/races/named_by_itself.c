// expect: clean
// Functions that take a thread's handle: the thread's own, main's, another one's.
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void *work(void *given) {
    char name[16];
    clockid_t clock;
    int policy;
    struct sched_param parameters;
    pthread_attr_t attributes;
    cpu_set_t set;
    pthread_setname_np(pthread_self(), "worker");
    if (pthread_getname_np(pthread_self(), name, sizeof name)) abort();
    if (pthread_getcpuclockid(pthread_self(), &clock) || pthread_getschedparam(pthread_self(), &policy, &parameters)) abort();
    if (pthread_getattr_np(pthread_self(), &attributes) || pthread_getaffinity_np(pthread_self(), sizeof set, &set)) abort();
    pthread_attr_destroy(&attributes);
    return pthread_equal(pthread_self(), *(pthread_t *)given) ? given : NULL;
}

int main(void) {
    pthread_t self = pthread_self(), thread;
    pthread_setname_np(self, "main");
    pthread_create(&thread, NULL, work, &self);
    pthread_setname_np(thread, "other");
    pthread_join(thread, NULL);
}
