// expect: memory
// One thread only: the access comes after the release, which nothing may.
#include <stdlib.h>
static __attribute__((noinline)) void release(int* block) { free(block); }
int main(void) {
    int* block = malloc(40);
    release(block);
    *(volatile int*)block = 1;
    return 0;
}
