// expect: race
#include "meet.h"
#include <stdlib.h>
int data;
static void at_end(void) { data = 1; }
static void* work(void* unused) { data = 2; meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    atexit(at_end);
    pthread_create(&t, 0, work, 0);
    pthread_detach(t);
    meet();
    return 0;
}
