// expect: clean
// flockfile as a mutex.
#include <pthread.h>
#include <stdio.h>
static int counter;
static void* work(void* unused) {
    for (int i = 0; i < 100; i++) flockfile(stdout), counter++, funlockfile(stdout);
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    work(0);
    pthread_join(t, 0);
    return counter != 200;
}
