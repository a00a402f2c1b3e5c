// data-race: setenv in one thread, getenv in another
// check: data-race ~ the environment ~ setenv("REPORTS" ~ getenv("HOME")
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdlib.h>

static const char *home;

static void *change(void *p) {
    setenv("REPORTS", "1", 1);
    return p;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, change, NULL);
    home = getenv("HOME");
    pthread_join(thread, NULL);
    return home == NULL;
}
