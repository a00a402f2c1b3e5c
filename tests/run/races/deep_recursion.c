// expect: race
#include <pthread.h>
static int data;
static __attribute__((noinline)) int down(int n) {
    volatile int local = n;
    if (n) return down(n - 1) + local;
    data++;
    return 0;
}
static void* work(void* unused) { down(70000); return unused; }
int main(void) {
    pthread_t t;
    pthread_attr_t large;
    pthread_attr_init(&large);
    pthread_attr_setstacksize(&large, 64 << 20);
    pthread_create(&t, &large, work, 0);
    data++;
    pthread_join(t, 0);
    return 0;
}
