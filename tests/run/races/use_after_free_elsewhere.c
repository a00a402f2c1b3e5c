// expect: race
#include "meet.h"
#include <stdlib.h>
static int* volatile block;
static void* work(void* unused) { free(block); meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    block = malloc(400);
    pthread_create(&t, 0, work, 0);
    meet();
    block[50] = 1;
    pthread_join(t, 0);
    return 0;
}
