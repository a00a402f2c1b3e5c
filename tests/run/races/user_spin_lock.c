// expect: clean
#include <pthread.h>
#include <sched.h>
static char held;
static int counter;
static void* work(void* unused) {
    for (int i = 0; i < 500; i++) {
        while (__atomic_test_and_set(&held, __ATOMIC_ACQUIRE)) sched_yield();
        counter++;
        __atomic_clear(&held, __ATOMIC_RELEASE);
    }
    return unused;
}
int main(void) {
    pthread_t t[3];
    for (int i = 0; i < 3; i++) pthread_create(&t[i], 0, work, 0);
    for (int i = 0; i < 3; i++) pthread_join(t[i], 0);
    return counter != 1500;
}
