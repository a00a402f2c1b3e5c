// expect: clean
// Function exits that never come.
#include <pthread.h>
#include <setjmp.h>
static pthread_mutex_t m = PTHREAD_MUTEX_INITIALIZER;
static int counter;
static __attribute__((noinline)) void leap(jmp_buf* back, int n) {
    if (n) leap(back, n - 1);
    counter++;
    longjmp(*back, 1);
}
static void* work(void* unused) {
    jmp_buf back;
    for (volatile int i = 0; i < 70000; i++) {
        pthread_mutex_lock(&m);
        if (!setjmp(back)) leap(&back, 3);
        pthread_mutex_unlock(&m);
    }
    return unused;
}
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    pthread_mutex_lock(&m);
    counter++;
    pthread_mutex_unlock(&m);
    pthread_join(t, 0);
    return counter != 70001;
}
