// expect: clean
// Thread-local blocks and heap blocks take turns in the same memory.
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static _Thread_local volatile char mine[200];
static int left = 40;
static void* work(void* unused) {
    volatile char* blocks[8];
    for (int i = 0; i < 8; i++) blocks[i] = malloc(200 + i * 8), blocks[i][16] = 1, blocks[i][150] = 1;
    for (int i = 0; i < 8; i++) free((void*)blocks[i]);
    for (int i = 0; i < 200; i++) mine[i] = 1;
    __atomic_fetch_sub(&left, 1, __ATOMIC_RELAXED);
    return unused;
}
int main(void) {
    for (int i = 0; i < 40; i++) {
        pthread_t t;
        pthread_create(&t, 0, work, 0);
        pthread_detach(t);
        if (i % 3 == 0) usleep(1000);
    }
    while (__atomic_load_n(&left, __ATOMIC_RELAXED)) usleep(100);
    return 0;
}
