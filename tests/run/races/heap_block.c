// expect: race
#include <pthread.h>
#include <stdlib.h>
static void* work(void* at) { ((int*)at)[3] = 1; return 0; }
int main(void) {
    pthread_t t;
    int* block = calloc(10, sizeof(int));
    pthread_create(&t, 0, work, block);
    block[3]++;
    pthread_join(t, 0);
    free(block);
    return 0;
}
