// expect: race
// main does not wait for the two; they are given a moment after its end.
#include <pthread.h>
#include <unistd.h>

int shared;

static void* run(void* unused) {
    usleep(100000);
    ++shared;
    return unused;
}

int main(void) {
    pthread_t one, two;
    pthread_create(&one, 0, run, 0);
    pthread_create(&two, 0, run, 0);
    pthread_detach(one);
    pthread_detach(two);
    return 0;
}
