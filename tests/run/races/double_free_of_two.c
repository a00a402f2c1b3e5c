// expect: race
// Both threads release the same block; the first has ended when the second does (so that it does not crash: see below).
#include "meet.h"
#include <stdlib.h>
static int* volatile block;
static void* work(void* unused) { block[0] = 1; meet(); return unused; }
int main(void) {
    pthread_t t;
    meet_of(2);
    block = malloc(40);
    pthread_create(&t, 0, work, 0);
    meet();
    block = realloc(block, 4000); // releases the old one
    pthread_join(t, 0);
    free(block);
    return 0;
}
