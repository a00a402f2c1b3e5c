// expect: clean
// Registering the handler orders what came before it with the handler.
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>
static int data, flag;
static void at_end(void) { _exit(data != 42); }
static void* work(void* unused) {
    data = 42;
    atexit(at_end);
    __atomic_store_n(&flag, 1, __ATOMIC_RELAXED);
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_detach(t);
    while (!__atomic_load_n(&flag, __ATOMIC_RELAXED)) {}
    return 0;
}
