// expect: clean
// A relaxed addition of another thread goes on with the release sequence.
#include "meet.h"
static int data, flag;
static void* first(void* unused) {
    data = 42;
    __atomic_store_n(&flag, 1, __ATOMIC_RELEASE);
    return unused;
}
static void* second(void* unused) {
    while (!__atomic_load_n(&flag, __ATOMIC_RELAXED)) {}
    __atomic_fetch_add(&flag, 1, __ATOMIC_RELAXED);
    return unused;
}
int main(void) {
    pthread_t a, b;
    pthread_create(&a, 0, first, 0);
    pthread_create(&b, 0, second, 0);
    while (__atomic_load_n(&flag, __ATOMIC_ACQUIRE) != 2) {}
    int seen = data;
    pthread_join(a, 0);
    pthread_join(b, 0);
    return seen != 42;
}
