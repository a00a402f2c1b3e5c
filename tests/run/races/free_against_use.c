// expect: race
#include "meet.h"
#include <stdlib.h>
static int* block;
static void* work(void* unused) { block[5] = 1; meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    block = malloc(40);
    pthread_create(&t, 0, work, 0);
    meet();
    free(block);
    pthread_join(t, 0);
    return 0;
}
