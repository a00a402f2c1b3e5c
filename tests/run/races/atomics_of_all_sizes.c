// expect: clean
#include <pthread.h>
#include <stdint.h>
static uint8_t a; static uint16_t b; static uint32_t c; static uint64_t d; static void* p;
static void* work(void* unused) {
    for (int i = 0; i < 100; i++) {
        __atomic_fetch_add(&a, 1, __ATOMIC_RELAXED), __atomic_fetch_or(&b, 2, __ATOMIC_RELEASE);
        __atomic_fetch_xor(&c, 3, __ATOMIC_ACQUIRE), __atomic_fetch_nand(&d, 4, __ATOMIC_ACQ_REL);
        __atomic_exchange_n(&p, &a, __ATOMIC_SEQ_CST), __atomic_and_fetch(&c, 255, __ATOMIC_CONSUME);
        (void)__atomic_load_n(&a, __ATOMIC_CONSUME);
    }
    return unused;
}
int main(void) {
    pthread_t s, t;
    pthread_create(&s, 0, work, 0);
    pthread_create(&t, 0, work, 0);
    pthread_join(s, 0);
    pthread_join(t, 0);
    return a != 200;
}
