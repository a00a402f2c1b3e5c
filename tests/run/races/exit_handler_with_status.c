// expect: clean
// on_exit(): what its caller did before is seen by the handler, which another thread's exit() runs.
#define _GNU_SOURCE
#include "meet.h"
#include <stdlib.h>
#include <unistd.h>
static int data;
static void handler(int status, void *expected) {
    if (status || data != *(int *)expected) _exit(1);
}
static int wanted = 7;
static void *work(void *unused) {
    data = 7;
    on_exit(handler, &wanted);
    meet();
    for (;;) pause();
    return unused;
}
int main(void) {
    meet_of(2);
    pthread_t thread;
    pthread_create(&thread, 0, work, 0);
    meet();
    exit(0);
}
