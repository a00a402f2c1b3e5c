// expect: clean
// Not seen, and no harm.
#include <pthread.h>
static int lock;
static void* work(void* unused) {
    for (int i = 0; i < 100; i++) {
#if defined(__x86_64__)
        __asm__ volatile("lock incl %0" : "+m"(lock) : : "memory");
#endif
    }
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    work(0);
    pthread_join(t, 0);
    return 0;
}
