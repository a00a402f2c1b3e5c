// expect: clean
// The same memory again and again, for threads that have nothing to do with each other.
#include <pthread.h>
#include <stdlib.h>
static void* work(void* unused) {
    for (int i = 0; i < 300; i++) {
        volatile int* block = malloc(24 + i % 5 * 64);
        block[0] = i;
        block = realloc((void*)block, 200);
        block[40] = i;
        free((void*)block);
    }
    return unused;
}
int main(void) {
    pthread_t t[4];
    for (int i = 0; i < 4; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 4; i++) pthread_join(t[i], 0);
    return 0;
}
