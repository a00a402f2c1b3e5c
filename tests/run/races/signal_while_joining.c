// expect: clean
// The handler runs while main waits in pthread_join, and lets the other thread go on.
#include <pthread.h>
#include <signal.h>
static int data, flag;
static pthread_t first;
static void handler(int number) { data = number; __atomic_store_n(&flag, 1, __ATOMIC_RELEASE); }
static void* work(void* unused) {
    pthread_kill(first, SIGUSR2);
    while (!__atomic_load_n(&flag, __ATOMIC_ACQUIRE)) {}
    data++;
    return unused;
}
int main(void) {
    pthread_t t;
    first = pthread_self();
    signal(SIGUSR2, handler);
    pthread_create(&t, 0, work, 0);
    pthread_join(t, 0);
    return data != SIGUSR2 + 1;
}
