// expect: clean
// Detached before their end, after it, by themselves, at their creation; and one that still runs when main ends.
#include <pthread.h>
#include <unistd.h>

static void* run(void* unused) { return unused; }
static void* run_alone(void* unused) {
    pthread_detach(pthread_self());
    return unused;
}
static void* run_on(void* unused) {
    for (;;) sleep(100);
    return unused;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, 0, run, 0);
    pthread_detach(thread);
    pthread_create(&thread, 0, run, 0);
    usleep(50000);
    pthread_detach(thread);
    pthread_create(&thread, 0, run_alone, 0);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_create(&thread, &attributes, run, 0);
    pthread_attr_destroy(&attributes);
    usleep(50000);
    pthread_create(&thread, 0, run_on, 0);
    return 0;
}
