// data-race: the report calls the threads by the names that they were given
// check: data-race ~ disk ~ network
// check --json: data-race ~ disk ~ network
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/prctl.h>

static int count;

static void *disk(void *p) {
    pthread_setname_np(pthread_self(), "disk");
    ++count;
    return p;
}

static void *other(void *p) {
    prctl(PR_SET_NAME, "network");
    ++count;
    return p;
}

int main(void) {
    pthread_t a, b;
    pthread_create(&a, NULL, disk, NULL);
    pthread_create(&b, NULL, other, NULL);
    pthread_join(a, NULL);
    pthread_join(b, NULL);
    return 0;
}
