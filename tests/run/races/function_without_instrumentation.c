// expect: clean
// What the attribute says is not looked at, is not.
#include <pthread.h>
static int data;
#if defined(__clang__)
__attribute__((no_sanitize("thread"), noinline))
#else
__attribute__((no_sanitize_thread, noinline))
#endif
static void add(void) { data++; }
static void* work(void* unused) { add(); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    add();
    pthread_join(t, 0);
    return 0;
}
