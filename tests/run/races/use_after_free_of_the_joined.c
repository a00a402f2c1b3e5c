// expect: memory
// The thread that has freed the block has been joined: that is no race.
#include <pthread.h>
#include <stdlib.h>
static int* volatile block;
static void* work(void* unused) { free(block); return unused; }
int main(void) {
    block = malloc(400);
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    block[50] = 1;
    return 0;
}
