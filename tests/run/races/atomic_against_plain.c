// expect: race
#include <pthread.h>
int x;
static void* work(void* unused) { __atomic_store_n(&x, 1, __ATOMIC_SEQ_CST); return unused; }
int main(void) {
    pthread_t t;
    pthread_create(&t, 0, work, 0);
    int seen = x;
    pthread_join(t, 0);
    return seen > 1;
}
